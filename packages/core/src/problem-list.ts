import type { DecodeProblem } from './provider.ts';

/** What could not be read of a body. */
export interface ProblemList {
  /** @param at see {@link DecodeProblem} */
  tell(reason: string, at?: string): void;
  /** What was told, and how much more there was. */
  all(): DecodeProblem[];
}

/** Beyond these a broken body says nothing new; the rest is counted. */
const most = 100;

/** @param parts what is counted, in the plural, for people: `'items'` */
export const createProblemList = (parts: string): ProblemList => {
  const told: DecodeProblem[] = [];
  let untold = 0;
  return {
    tell(reason, at) {
      if (told.length < most) told.push(at === undefined ? { reason } : { reason, at });
      else untold += 1;
    },
    all: () => (untold === 0 ? told : [...told, { reason: `${untold} more ${parts} could not be read` }]),
  };
};
