import { type Correction, type Finding, type Flag, worseFlag } from '@caudal/core';
import { indexAfter, indexFrom } from '../span.ts';
import { CounterEngine } from './engine.ts';
import type { CounterSettings } from './settings.ts';

/** Readings of one register, ascending in time: UTC milliseconds, and the unit of the series with NaN for no value. */
export interface Readings {
  readonly time: Float64Array;
  readonly value: Float64Array;
}

export interface Counted {
  /** What each reading added, unit of the series; 0 where it is a glitch, NaN where there is no value or it came too late. */
  readonly increase: Float64Array;
  /** The worst flag a finding gives each reading: 1 where there is none, 9 without a value. */
  readonly flag: Uint8Array;
  readonly findings: readonly Finding[];
  readonly corrections: readonly Correction[];
}

/**
 * Counts a whole series at once: {@link CounterEngine} with everything pushed and the end declared, so nothing stays
 * provisional. Findings and corrections are in order of time.
 */
export const countReadings = ({ time, value }: Readings, settings: CounterSettings): Counted => {
  const engine = new CounterEngine(settings);
  engine.push(time, value, time.length);
  engine.advance(Infinity);
  const { findings, corrections } = engine.report();
  const taken = engine.take();

  const increase = new Float64Array(time.length).fill(Number.NaN);
  let next = 0;
  for (let index = 0; index < taken.length; index += 1) {
    const at = taken.time[index] as number;
    if (time[next] !== at) next = indexFrom(time, at);
    increase[next] = taken.increase[index] as number;
    next += 1;
  }
  for (const { from, to } of taken.revoked)
    for (let index = indexFrom(time, from), end = indexAfter(time, to); index < end; index += 1)
      if (!Number.isNaN(increase[index])) increase[index] = 0;

  const flag = new Uint8Array(time.length).fill(1);
  for (const { from, to, flag: said } of findings)
    for (let index = indexFrom(time, from), end = indexAfter(time, to); index < end; index += 1)
      flag[index] = worseFlag(flag[index] as Flag, said);
  for (let index = 0; index < value.length; index += 1) if (Number.isNaN(value[index])) flag[index] = 9;

  return {
    increase,
    flag,
    findings: findings.toSorted((a, b) => a.from - b.from),
    corrections: corrections.toSorted((a, b) => a.from - b.from),
  };
};
