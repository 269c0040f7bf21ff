/** A field of a measurement: its wire form and whether it may be the empty string at works that are allowed to leave it out. */
export interface Field {
  readonly pattern: RegExp;
  readonly mayBeEmpty: boolean;
  readonly form: string;
}

/** One of the three measurement variants. POST and GET share the path. */
export interface Variant {
  readonly path: string;
  readonly bodyKey: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, Field>>;
}

export type VariantName = 'subterranea' | 'superficialFlujometro' | 'superficial';

const date: Field = { pattern: /^\d{4}-\d{2}-\d{2}$/, mayBeEmpty: false, form: 'YYYY-MM-DD' };
const time: Field = { pattern: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, mayBeEmpty: false, form: 'HH:MM:SS' };
const flow: Field = { pattern: /^-?(0|[1-9]\d*)\.\d{2}$/, mayBeEmpty: false, form: 'two decimals' };
const total: Field = {
  pattern: /^(?=.{1,15}$)-?(0|[1-9]\d*)$/,
  mayBeEmpty: false,
  form: 'no decimals, at most 15 characters',
};
const level: Field = { ...flow, mayBeEmpty: true };
const height: Field = { pattern: /^-?(0|[1-9]\d*)$/, mayBeEmpty: true, form: 'no decimals' };

/**
 * Paths, body keys, fields and messages of Manual Técnico 1/2025 (Res. Ex. DGA 2.170, 25 June 2025). The manual does not say
 * whether a number may be negative; a leading minus is accepted here.
 */
export const variants: Readonly<Record<VariantName, Variant>> = {
  subterranea: {
    path: '/mediciones/subterraneas',
    bodyKey: 'medicionSubterranea',
    message: 'Medición subterránea ingresada correctamente',
    fields: {
      caudal: flow,
      fechaMedicion: date,
      horaMedicion: time,
      nivelFreaticoDelPozo: level,
      totalizador: total,
    },
  },
  superficialFlujometro: {
    path: '/mediciones/superficiales/flujometro',
    bodyKey: 'medicionSuperficialFlujometro',
    message: 'Medición superficial con flujómetro ingresada correctamente',
    fields: { caudal: flow, fechaMedicion: date, horaMedicion: time, totalizador: total },
  },
  superficial: {
    path: '/mediciones/superficiales',
    bodyKey: 'medicionSuperficial',
    message: 'Medición superficial ingresada correctamente',
    fields: { alturaLimnimetrica: height, caudal: flow, fechaMedicion: date, horaMedicion: time },
  },
};

/** The variant served at a path below `/api/v1`, with or without a trailing slash. */
export const variantAt = (path: string): VariantName | undefined =>
  (Object.keys(variants) as VariantName[]).find((name) => variants[name].path === path.replace(/\/$/, ''));
