import { toCaudalError } from '@caudal/core';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import type { Services } from '../services.ts';
import { runStage, type Stage, type Waker } from '../stage.ts';
import type { Claim } from '../store/claims.ts';
import type { Part } from './roles.ts';

/** A part of the work, from when this instance began it until it has ended it. */
export interface Tenure {
  readonly part: Part;
  /** Absent on a database file, which is one process's own. */
  readonly claim: Claim | undefined;
  /** Whether it is being ended. */
  readonly ending: boolean;
  /** Begins no further step and lets what is under way end until `limit` is aborted; then cuts it. Never fails. The first call counts. */
  end(limit: AbortSignal): Promise<void>;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Runs stages until the function that it answers is called: that begins no further step, and cuts what is under way once `limit` is aborted. */
export const beginStages = (
  services: Services,
  stages: readonly Stage[],
  waker: Waker,
): ((limit: AbortSignal) => Promise<void>) => {
  const { progress, options } = services;
  const over = new AbortController();
  const fibers = stages.map((stage) => Effect.runFork(runStage(stage, services, waker, over.signal)));
  return async (limit) => {
    over.abort();
    for (const { name } of stages) waker.wake(name);
    // What does not heed that it is cut is not waited for for ever.
    const patience = aborted(AbortSignal.timeout(2000 * options.drainSeconds));
    await Promise.race([Promise.all(stages.map(async (stage) => stage.finish?.(limit))), patience]);
    await Promise.race([Effect.runPromise(Fiber.awaitAll(fibers)), limit.aborted ? patience : aborted(limit)]);
    await Effect.runPromise(Fiber.interruptAll(fibers));
    for (const { name } of stages) progress.forget(name);
  };
};

export const beginTenure = (
  part: Part,
  claim: Claim | undefined,
  services: Services,
  stages: readonly Stage[],
  waker: Waker,
): Tenure => {
  const finish = beginStages(services, stages, waker);
  services.parts.begun(part);
  let ended: Promise<void> | undefined;
  return {
    part,
    claim,
    get ending() {
      return ended !== undefined;
    },
    end: (limit) =>
      (ended ??= finish(limit)
        .then(() => services.parts.ended(part))
        .catch((thrown: unknown) =>
          services.log
            .stream('system')
            .error({ error: toCaudalError(thrown), part }, 'a part of the work did not end cleanly'),
        )),
  };
};
