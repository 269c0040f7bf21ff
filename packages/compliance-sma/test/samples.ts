import { open, type Report, type ReportSubmission } from '@caudal/core';
import { type FakeHost, fakeHost } from '@caudal/testkit';
import { type Member, sma, type SmaOptions, type Work } from '../src/index.ts';

export const code = '7511/5368';
export const usuario = '11111111-1';
export const password = 'titular-pässword-"9"';

export const work: Work = { titular: { usuario, password: 'env:SMA_PASSWORD' } };

/** The parameters of a public implementation's payload: flow and accumulated volume of one device. */
export const members: Readonly<Record<string, Member>> = {
  caudal: { dispositivoId: '12180', nombre: 'Q', unidad: 'l/s' },
  volumen: { dispositivoId: '12180', nombre: 'VA', unidad: 'm3' },
};

/** 2026-05-17T14:05:00 at the SMA. */
export const slot = Date.parse('2026-05-17T14:05:00-04:00');

export const submission = (
  values: Readonly<Record<string, string | null>> = { caudal: '42.5', volumen: '42500' },
  at = slot,
  id = 'submission-1',
): ReportSubmission => ({
  id,
  slot: at,
  values: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, at: value === null ? null : at, flag: 1 }]),
  ),
});

export const reportOf = (
  submissions: readonly ReportSubmission[] = [submission()],
  more: { readonly members?: Readonly<Record<string, Member>>; readonly code?: string; readonly settings?: Work } = {},
): Report<Work, Member> => ({
  work: { code: more.code ?? code, settings: more.settings ?? work },
  members: more.members ?? members,
  submissions,
});

export const sampleHost = (options: Parameters<typeof fakeHost>[0] = {}): FakeHost =>
  fakeHost({ secrets: { 'env:SMA_PASSWORD': password }, ...options });

export const openSma = (options: SmaOptions = {}, host: FakeHost = sampleHost()) => open(sma(options), host);

export const call = () => ({ signal: new AbortController().signal });

/** The process of the samples as the SMA has it registered. */
export const registered = {
  ufId: 7511,
  procesoId: 5368,
  titular: usuario,
  dispositivos: [
    {
      id: '12180',
      parametros: [
        { nombre: 'Q', unidad: 'l/s' },
        { nombre: 'VA', unidad: 'm3' },
      ],
    },
  ],
};
