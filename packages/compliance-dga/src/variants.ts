/** Why a work may leave one of its parameters empty; the work's settings have to say so. */
export const emptyReasons = {
  'caudales-muy-pequenos': 'standard Caudales Muy Pequeños',
  'aguas-del-minero': 'aguas del minero',
  'compuerta-automatica': 'automated gate that computes the flow',
} as const;

export type EmptyReason = keyof typeof emptyReasons;

/** How one parameter is written. */
export interface WireParameter {
  readonly unit: string;
  /** Decimal places, always exactly this many. */
  readonly decimals: number;
  /** Longest text. The manual gives 15 for `totalizador`; for the others it gives none and 15 is our bound. */
  readonly maxLength: number;
  /** Written `""` when there is no value, in works that have one of these reasons. */
  readonly emptyFor: readonly EmptyReason[];
  readonly description: string;
}

const caudal: WireParameter = {
  unit: 'L/s',
  decimals: 2,
  maxLength: 15,
  emptyFor: [],
  description: 'Instantaneous flow.',
};

const totalizador: WireParameter = {
  unit: 'm3',
  decimals: 0,
  maxLength: 15,
  emptyFor: [],
  description: "The meter's register as it stands on the dial, not the volume of an interval.",
};

const nivelFreaticoDelPozo: WireParameter = {
  unit: 'm',
  decimals: 2,
  maxLength: 15,
  emptyFor: ['caudales-muy-pequenos', 'aguas-del-minero'],
  description: 'Depth of the water table, metres, positive.',
};

const alturaLimnimetrica: WireParameter = {
  unit: 'cm',
  decimals: 0,
  maxLength: 15,
  emptyFor: ['caudales-muy-pequenos', 'compuerta-automatica'],
  description: 'Height on the staff gauge, whole centimetres.',
};

export interface Variant {
  /** After the base address; POST sends, GET reads a receipt back. */
  readonly path: string;
  /** Key of the measurement in the body. */
  readonly bodyKey: string;
  readonly parameters: Readonly<Record<string, WireParameter>>;
}

/**
 * The three measurements the DGA takes. Source: Manual Técnico N° 1/2025 (Res. Exenta DGA 2.170 of 2025), complete list.
 * Canals, gates and other open-channel works are `limnimetrica`; restitution works differ only in their code (`OR-`).
 */
export const variants = {
  subterranea: {
    path: '/mediciones/subterraneas',
    bodyKey: 'medicionSubterranea',
    parameters: { caudal, nivelFreaticoDelPozo, totalizador },
  },
  flujometro: {
    path: '/mediciones/superficiales/flujometro',
    bodyKey: 'medicionSuperficialFlujometro',
    parameters: { caudal, totalizador },
  },
  limnimetrica: {
    path: '/mediciones/superficiales',
    bodyKey: 'medicionSuperficial',
    parameters: { alturaLimnimetrica, caudal },
  },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;
