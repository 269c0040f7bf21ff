import { untilAborted } from './deadline.ts';

/** Holds what is pushed while the processor is too far behind. */
export interface Backlog {
  readonly full: boolean;
  turn(full: boolean): void;
  /** Resolves when there is room. Rejects when the signal is aborted. */
  room(signal: AbortSignal): Promise<void>;
}

export const createBacklog = (): Backlog => {
  let gate: PromiseWithResolvers<void> | undefined;
  return {
    get full() {
      return gate !== undefined;
    },
    turn(full) {
      if (full) gate ??= Promise.withResolvers<void>();
      else {
        gate?.resolve();
        gate = undefined;
      }
    },
    async room(signal) {
      while (gate !== undefined) await untilAborted(gate.promise, signal);
    },
  };
};
