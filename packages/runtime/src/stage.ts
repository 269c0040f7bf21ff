import { type CaudalError, toCaudalError } from '@caudal/core';
import * as Effect from 'effect/Effect';
import { type Services, type StageName } from './services.ts';

/** A pipeline stage: what it does in one step, and how long it rests when the step had nothing to do. */
export interface Stage {
  readonly name: StageName;
  /** Rest after an idle step. */
  readonly restMs: number;
  /**
   * One bounded step. Answers whether there is more to do at once.
   *
   * @param moved called after each part of a step that may take long
   */
  step(signal: AbortSignal, moved?: () => void): Promise<boolean>;
  /** Waits for what steps left under way; aborted when the drain takes too long. */
  finish?(signal: AbortSignal): Promise<void>;
}

/** Lets a waiting stage go on before its rest is over, and ends all rests when the runtime drains. */
export interface Waker {
  wake(stage: StageName): void;
  /** Resolves after `ms` of the clock, or when woken. */
  rest(stage: StageName, ms: number, signal: AbortSignal): Promise<void>;
  /** From now on no stage begins another step. */
  drain(): void;
  readonly draining: boolean;
}

export const createWaker = (clock: Services['clock']): Waker => {
  const waiting = new Map<StageName, () => void>();
  const pending = new Set<StageName>();
  let draining = false;
  return {
    get draining() {
      return draining;
    },
    wake(stage) {
      const resume = waiting.get(stage);
      if (resume === undefined) pending.add(stage);
      else resume();
    },
    drain() {
      draining = true;
      for (const resume of waiting.values()) resume();
    },
    async rest(stage, ms, signal) {
      if (pending.delete(stage) || draining) return;
      const woken = new AbortController();
      waiting.set(stage, () => woken.abort());
      try {
        await clock.sleep(ms, AbortSignal.any([signal, woken.signal]));
      } catch (thrown) {
        if (!woken.signal.aborted) throw thrown;
      } finally {
        waiting.delete(stage);
      }
    },
  };
};

/** The stage that makes room on a full disk and tries whether there is some. It wakes the others. */
const keeper: StageName = 'maintain';
const fullDiskRestMs = 60_000;

/**
 * Runs a stage until the runtime drains, or `over` is aborted and the stage woken. A step that fails is logged and counted, and repeated after a rest
 * that grows to a minute: no failure of one step ends a stage. While the disk takes nothing no step is begun: what it would read, decide or
 * send could not be noted.
 */
export const runStage = (
  stage: Stage,
  services: Services,
  waker: Waker,
  over: AbortSignal,
): Effect.Effect<void, CaudalError> =>
  Effect.gen(function* () {
    const log = services.log.stream('system', { stage: stage.name });
    services.progress.expect(stage.name, stage.restMs);
    let failures = 0;
    const moved = () => {
      if (!over.aborted) services.progress.moved(stage.name);
    };
    while (!waker.draining && !over.aborted) {
      if (services.store.disk !== null && stage.name !== keeper) {
        yield* Effect.tryPromise({
          try: (signal) => waker.rest(stage.name, fullDiskRestMs, signal),
          catch: (thrown) => toCaudalError(thrown),
        });
        continue;
      }
      const more = yield* Effect.tryPromise({
        try: (signal) => stage.step(signal, moved),
        catch: (thrown) => toCaudalError(thrown, `stage ${stage.name}`),
      }).pipe(
        Effect.map((again) => {
          failures = 0;
          if (!over.aborted) services.progress.beat(stage.name);
          return again;
        }),
        Effect.catch((error: CaudalError) =>
          Effect.sync(() => {
            failures += 1;
            if (over.aborted) return false;
            services.progress.failed(stage.name, error.message);
            log.error({ error, failures }, `stage ${stage.name} failed`);
            return false;
          }),
        ),
      );
      const rest = failures === 0 ? stage.restMs : Math.min(60_000, 500 * 2 ** Math.min(failures, 7));
      if (!more && !over.aborted) {
        yield* Effect.tryPromise({
          try: (signal) => waker.rest(stage.name, rest, signal),
          catch: (thrown) => toCaudalError(thrown),
        });
      }
    }
  });
