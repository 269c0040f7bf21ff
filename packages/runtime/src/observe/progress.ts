import type { Clock } from '@caudal/core';

/** What a stage last achieved. Progress is health: ready means that work moves, not that sockets are open. */
export interface StageProgress {
  readonly stage: string;
  /** When the last step ended well. */
  readonly lastAt: number;
  /** A step has to end at least this often. */
  readonly limitMs: number;
  readonly stalled: boolean;
  readonly lastError: string | null;
}

export interface Progress {
  /** Declares a stage and how often it must make progress. */
  expect(stage: string, limitMs: number): void;
  beat(stage: string): void;
  failed(stage: string, reason: string): void;
  report(): readonly StageProgress[];
}

export const createProgress = (clock: Clock): Progress => {
  const stages = new Map<string, { lastAt: number; limitMs: number; lastError: string | null }>();
  const of = (stage: string) => {
    const found = stages.get(stage);
    if (found === undefined) throw new Error(`stage ${stage} was never declared`);
    return found;
  };
  return {
    expect: (stage, limitMs) => void stages.set(stage, { lastAt: clock.now(), limitMs, lastError: null }),
    beat(stage) {
      Object.assign(of(stage), { lastAt: clock.now(), lastError: null });
    },
    failed(stage, reason) {
      of(stage).lastError = reason;
    },
    report: () =>
      [...stages].map(([stage, state]) => ({ stage, ...state, stalled: clock.now() - state.lastAt > state.limitMs })),
  };
};
