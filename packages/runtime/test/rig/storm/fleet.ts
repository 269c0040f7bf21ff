import { civilClock, civilDate, civilInZone } from '@caudal/core';

export const minute = 60_000;
export const hour = 60 * minute;

/** 21:01 in Santiago on the evening on which its clocks are set back: the hour from 23:00 to midnight comes twice. */
export const start = Date.UTC(2026, 3, 5, 0, 1);
const zone = 'America/Santiago';
/** Loggers measure so often. */
const stepMs = 10 * minute;
const setBackAt = Date.UTC(2026, 3, 5, 3);

/** One reading as a vendor serves it. */
export interface Served {
  readonly well: string;
  readonly variable: 'flow' | 'total';
  /** As it is written; without a zone where the logger writes none. */
  readonly time: string;
  readonly raw: string;
  /** What `time` says to who reads it as the device's settings declare. */
  readonly at: number;
  /** From then on the vendor has it. */
  readonly visibleAt: number;
}

interface Temper {
  /** The zone that the settings of the device declare. */
  readonly zone?: string;
  /** When the logger believes a reading was taken. */
  readonly stamp?: (at: number) => number;
  readonly write?: (stamped: number) => string;
  /** How long it takes until the vendor has it. */
  readonly delayMs?: (at: number) => number;
  readonly copies?: number;
  /** The register is set to zero then. */
  readonly resetAt?: number;
  /** Whether each owed slot has one reading, so that nothing but a receipt may be its end. */
  readonly steady?: true;
}

const iso = (at: number) => new Date(at).toISOString();
const local = (at: number) => {
  const time = civilInZone(at, zone);
  return `${civilDate(time)} ${civilClock(time)}`;
};

/** What can be wrong with a logger, one well each. */
export const tempers: Readonly<Record<string, Temper>> = {
  steady: { steady: true },
  /** Its clock is fast by twenty seconds an hour. */
  drifting: { stamp: (at) => at + Math.round(((at - start + 2 * hour) / hour) * 20_000) },
  /** The wall clock of Santiago without a zone; the settings say which. */
  local: { zone, write: local },
  /** The same, and it calls it UTC. */
  'wrong-zone': { stamp: (at) => Date.parse(`${local(at).replace(' ', 'T')}Z`) },
  /** Every reading three times, one of them out of order. */
  repeating: { copies: 3, steady: true },
  /** Half of an hour comes forty minutes late. */
  late: { delayMs: (at) => (at % hour < hour / 2 ? 40 * minute : 0) },
  reset: { resetAt: Date.UTC(2026, 3, 5, 2, 15), steady: true },
};
export const wells = Object.keys(tempers);

const flowAt = (well: number, at: number) => (5 + well + ((at / stepMs) % 97) / 100).toFixed(2);

/** Everything that a well measures from `from` to before `to`, as the vendor serves it. The first reading of an hour that comes twice is the one that is meant. */
export const served = (well: string, from: number, to: number): Served[] => {
  const {
    stamp = (at) => at,
    write = iso,
    delayMs = () => 0,
    copies = 1,
    resetAt = Infinity,
  } = tempers[well] as Temper;
  const number = wells.indexOf(well);
  const found: Served[] = [];
  for (let at = Math.ceil(from / stepMs) * stepMs; at < to; at += stepMs) {
    const stamped = stamp(at);
    const counted = (at - (at >= resetAt ? resetAt : start - 24 * hour)) / stepMs;
    const one = {
      well,
      time: write(stamped),
      at: write === local && at >= setBackAt && at < setBackAt + hour ? stamped - hour : stamped,
      visibleAt: at + delayMs(at),
    };
    for (let copy = 0; copy < copies; copy += 1)
      found.push(
        { ...one, variable: 'flow', raw: flowAt(number, at) },
        { ...one, variable: 'total', raw: String(6 * Math.floor(counted)) },
      );
  }
  return copies > 1 ? found.toSorted((a, b) => Number(a.raw.at(-1)) - Number(b.raw.at(-1))) : found;
};
