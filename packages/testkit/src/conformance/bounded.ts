import assert from 'node:assert/strict';
import { type CaudalError, isCaudalError } from '@caudal/core';

/** What became of a promise. */
export type Fate<T> =
  | { readonly is: 'fulfilled'; readonly value: T }
  | { readonly is: 'rejected'; readonly error: unknown };

/** Waits for a promise without throwing. */
const fateOf = <T>(promise: T | Promise<T>): Promise<Fate<T>> =>
  Promise.resolve(promise).then(
    (value): Fate<T> => ({ is: 'fulfilled', value }),
    (error: unknown): Fate<T> => ({ is: 'rejected', error }),
  );

/** The fate of `work`, also where it throws at once. */
export const attempt = <T>(work: () => T | Promise<T>): Promise<Fate<T>> => fateOf((async () => await work())());

/** Whether the promise settles within 200 turns of the event loop, of which the last 50 take a millisecond each. */
export const settlesSoon = async (promise: Promise<unknown>): Promise<boolean> => {
  const state = { settled: false };
  void fateOf(promise).then(() => {
    state.settled = true;
    return state;
  });
  for (let turn = 0; turn < 200 && !state.settled; turn += 1) {
    await new Promise<void>((resolve) => {
      if (turn < 150) setImmediate(resolve);
      else setTimeout(resolve, 1);
    });
  }
  return state.settled;
};

/** Asserts that something thrown is a CaudalError; `what` begins the sentence of the failure. */
export const asCaudalError = (what: string, thrown: unknown): CaudalError => {
  if (isCaudalError(thrown)) return thrown;
  const spelled = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return assert.fail(`${what} threw something that is no CaudalError: ${spelled}`);
};

/** The CaudalError that `work` must end with. */
export const failureOf = async (what: string, work: () => unknown): Promise<CaudalError> => {
  const fate = await attempt(work);
  if (fate.is === 'fulfilled') assert.fail(`${what} succeeded where it had to fail`);
  return asCaudalError(what, fate.error);
};
