import { CaudalError, Flag } from '@caudal/core';

/** How many samples of a window have each flag. */
export type FlagCounts = Readonly<Record<Flag, number>>;

/** What every aggregate of a window knows of the data behind it. */
export interface WindowQuality {
  /** UTC milliseconds, half-open. */
  readonly start: number;
  readonly end: number;
  /** How much of the window lies between samples not further apart than the largest gap, milliseconds. */
  readonly coveredMs: number;
  /** Samples in the window; those without a flag count as not evaluated. */
  readonly flags: FlagCounts;
}

/** Share of the window that is covered, 0 to 1. */
export const coverage = ({ start, end, coveredMs }: WindowQuality): number => coveredMs / (end - start);

/**
 * The flag of an aggregate: 9 without data, 3 where too little is covered or a suspect or failed sample lies in the window
 * (OPC UA Part 13: uncertain), else 1.
 *
 * @param least smallest coverage of a good aggregate; default 0.75
 */
export const windowFlag = (window: WindowQuality, least = 0.75): Flag => {
  if (window.coveredMs === 0) return Flag.missing;
  return coverage(window) < least || window.flags[3] + window.flags[4] > 0 ? Flag.suspect : Flag.good;
};

/** Whether a sample can be used: it has a value, and its flag is neither fail nor missing. */
export const usable = (value: number, flag: number | undefined): boolean =>
  !Number.isNaN(value) && flag !== Flag.fail && flag !== Flag.missing;

/** Flag of a sample, by its value and the flag given to it. */
export const sampleFlag = (value: number, flag: number | undefined): Flag =>
  Number.isNaN(value) ? Flag.missing : ((flag ?? Flag.notEvaluated) as Flag);

export const noFlags = (): Record<Flag, number> => ({ 1: 0, 2: 0, 3: 0, 4: 0, 9: 0 });

/** @throws CaudalError `invalid-data` unless the second window begins where the first ends */
export const joined = (first: WindowQuality, second: WindowQuality): WindowQuality => {
  if (second.start !== first.end) {
    const why = second.start < first.end ? 'overlap or come in the wrong order' : 'leave time between them';
    throw new CaudalError('invalid-data', `windows that ${why} can not be merged`, { scope: 'item', sent: 'no' });
  }
  const flags = noFlags();
  for (const flag of Object.values(Flag)) flags[flag] = first.flags[flag] + second.flags[flag];
  return { start: first.start, end: second.end, coveredMs: first.coveredMs + second.coveredMs, flags };
};

/** @throws CaudalError `invalid-data` where a time is not later than the one before it */
export const checkTimes = (time: Float64Array): void => {
  for (let index = 1; index < time.length; index += 1)
    if (!((time[index] as number) > (time[index - 1] as number)))
      throw new CaudalError('invalid-data', 'samples must ascend in time, each later than the one before it', {
        scope: 'item',
        sent: 'no',
      });
};
