import { open, type Report, type ReportSubmission } from '@caudal/core';
import { type FakeHost, fakeHost } from '@caudal/testkit';
import { dga, type DgaOptions, type Work } from '../src/index.ts';

/** The informant's password of the manual's samples, published in the Diario Oficial N° 44.190 of 4 July 2025 (public domain). */
export const samplePassword = '9A4PUqd1t4';

/** The RUTs of the manual's samples; both fail modulo 11. */
export const sampleRutEmpresa = '77555666-7';
export const sampleRutUsuario = '20999888-7';

export const sampleReceipt = 'zk7DOAl3uIlGTjvwNtwBF0sBLAR16cI5';

export const work = (variant: Work['variant'], more: Partial<Work> = {}): Work => ({
  variant,
  informant: { rut: sampleRutUsuario, password: 'env:DGA_PASSWORD' },
  ...more,
});

export const submission = (
  at: string,
  values: Readonly<Record<string, string | null>>,
  id = 'submission-1',
): ReportSubmission => {
  const slot = Date.parse(at);
  return {
    id,
    slot,
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { value, at: value === null ? null : slot, flag: 1 }]),
    ),
  };
};

export const reportOf = (
  code: string,
  settings: Work,
  submissions: readonly ReportSubmission[],
  delivery?: 'manual',
): Report<Work> => ({
  work: { code, settings },
  members: {},
  submissions,
  ...(delivery === undefined ? {} : { delivery }),
});

/** F1 of the manual: groundwater. */
export const groundwater = (
  values: Readonly<Record<string, string | null>> = {
    caudal: '1',
    nivelFreaticoDelPozo: '9.85',
    totalizador: '1010',
  },
  more: Partial<Work> = {},
): Report<Work> =>
  reportOf('OB-0101-114', work('subterranea', more), [submission('2023-09-07T10:00:00-04:00', values)]);

export const sampleHost = (password = samplePassword): FakeHost =>
  fakeHost({ secrets: { 'env:DGA_PASSWORD': password } });

/** A target as the manual's samples need it. */
export const openDga = (options: Partial<DgaOptions> = {}, host: FakeHost = sampleHost()) =>
  open(dga({ rutEmpresa: sampleRutEmpresa, rutCheckDigit: 'ignore', ...options }), host);

export const call = () => ({ signal: new AbortController().signal });
