import { nothingProcessed } from '../../src/store/store.ts';
import type { Processed, NewRaw, NewSubmission, ValueRow } from '../../src/store/index.ts';

export const t0 = Date.UTC(2026, 0, 1);
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const processed = (some: Partial<Processed> = {}): Processed => ({
  ...nothingProcessed,
  ...some,
});

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const raw = (id: string, some: Partial<NewRaw> = {}): NewRaw => ({
  id,
  instance: 'tago-north',
  lane: 'live',
  receivedAt: t0,
  envelope: { channel: 'pull', device: 'device-1' },
  body: bytes(`body of ${id}`),
  ...some,
});

export const value = (at: number, number: number | null, some: Partial<ValueRow> = {}): ValueRow => ({
  series: 'well-1/level',
  at,
  value: number,
  text: null,
  flag: number === null ? 9 : 1,
  codes: [],
  status: 'final',
  origin: 'raw',
  raw: 'raw-1',
  device: 'device-1',
  variable: 'nivel',
  vendorId: null,
  rawText: number === null ? 'ERR' : String(number),
  priority: 0,
  basis: 'basis-1',
  ...some,
});

export const submission = (id: string, slot: number, some: Partial<NewSubmission> = {}): NewSubmission => ({
  id,
  obligation: 'well-1/dga',
  target: 'dga',
  work: 'OB-0101-1',
  slot,
  nextAt: slot,
  dueAt: slot + hour,
  maxLagAt: slot + 30 * day,
  ...some,
});
