import type { DgaWork } from '../src/index.ts';

/** The manual's published sample identities. */
export const centre = '77555666-7';
export const informant = { rut: '20999888-7', password: '9A4PUqd1t4' };

export const well: DgaWork = { code: 'OB-0101-114', variant: 'subterranea', informant: informant.rut };
export const pipe: DgaWork = { code: 'OB-0101-108', variant: 'superficialFlujometro', informant: informant.rut };
export const gauge: DgaWork = { code: 'OB-0101-103', variant: 'superficial', informant: informant.rut };

export const world = { centres: [centre], informants: [informant], works: [well, pipe, gauge] };

const bodyKeys = {
  subterranea: ['/mediciones/subterraneas', 'medicionSubterranea'],
  superficialFlujometro: ['/mediciones/superficiales/flujometro', 'medicionSuperficialFlujometro'],
  superficial: ['/mediciones/superficiales', 'medicionSuperficial'],
} as const;

/** Wall clock of UTC−4 at an instant, to the second. */
const regulatorTime = (instant: number): string => new Date(instant - 4 * 3_600_000).toISOString().slice(0, 19);

export interface Post {
  readonly work?: DgaWork;
  /** Send time, UTC milliseconds. */
  readonly now: number;
  /** Measurement time, UTC milliseconds. */
  readonly at: number;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The values of the manual's sample POSTs, by variant. */
export const samples = {
  subterranea: { caudal: '1.00', nivelFreaticoDelPozo: '9.85', totalizador: '1010' },
  superficialFlujometro: { caudal: '15.31', totalizador: '50' },
  superficial: { alturaLimnimetrica: '5', caudal: '16.54' },
} as const;

export const post = (url: string, request: Post): Promise<Response> => {
  const { work = well, now, at, values, credentials, headers, signal } = request;
  const [path, key] = bodyKeys[work.variant];
  const [date, time] = regulatorTime(at).split('T');
  return fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      codigoObra: work.code,
      timeStampOrigen: `${regulatorTime(now)}-0000`,
      ...headers,
    },
    body: JSON.stringify({
      autenticacion: {
        password: informant.password,
        rutEmpresa: centre,
        rutUsuario: informant.rut,
        ...credentials,
      },
      [key]: { fechaMedicion: date, horaMedicion: time, ...samples[work.variant], ...values },
    }),
    ...(signal === undefined ? {} : { signal }),
  });
};

export const query = (url: string, receipt: string, work: DgaWork = well): Promise<Response> =>
  fetch(`${url}${bodyKeys[work.variant][0]}?codigoObra=${work.code}&numeroComprobante=${receipt}`);

export interface Reply {
  readonly status: string;
  readonly message: string;
  readonly data: Record<string, string>;
}

export const reply = async (response: Response | Promise<Response>): Promise<Reply & { http: number }> => {
  const answered = await response;
  return { ...((await answered.json()) as Reply), http: answered.status };
};
