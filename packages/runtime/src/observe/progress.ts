import type { Clock } from '@caudal/core';

/** What a stage last achieved. Progress is health: ready means that work moves, not that sockets are open. */
export interface StageProgress {
  readonly stage: string;
  /** When the last step ended well, or a part of the one under way. */
  readonly lastAt: number;
  /** From then on it stands still. */
  readonly dueAt: number;
  readonly stalled: boolean;
  readonly lastError: string | null;
}

export interface Progress {
  /** Declares a stage and how long it rests after a step. */
  expect(stage: string, restMs: number): void;
  /** It is not expected to make progress here any more. */
  forget(stage: string): void;
  /** A step ended well. */
  beat(stage: string): void;
  /** A part of a step ended well; it counts for nothing when the step fails. */
  moved(stage: string): void;
  failed(stage: string, reason: string): void;
  report(): readonly StageProgress[];
}

/** What stands still is named within a minute, wherever in its round it stopped: after its rest, or in a part of a step. */
const namedMs = 55_000;
/** Of a rest that is longer than usual. */
const partMs = 20_000;

/** The writer is asked at least at every tick of the maintainer: with it, it is named within a minute. */
const writerMs = 25_000;

interface StageState {
  readonly restMs: number;
  /** When the last step ended well. */
  endedAt: number;
  /** Within the step under way. */
  movedAt: number | null;
  lastError: string | null;
}

/** @param unanswered since when the writer answers nothing; null while it moves */
export const createProgress = (clock: Clock, unanswered: () => number | null): Progress => {
  const stages = new Map<string, StageState>();
  const of = (stage: string) => {
    const found = stages.get(stage);
    if (found === undefined) throw new Error(`stage ${stage} was never declared`);
    return found;
  };
  const reported = ({ restMs, endedAt, movedAt, lastError }: StageState) => {
    const lastAt = movedAt ?? endedAt;
    const within = Math.max(partMs, namedMs - restMs);
    return { lastAt, dueAt: lastAt + within + (movedAt === null ? restMs : 0), lastError };
  };
  return {
    expect: (stage, restMs) => void stages.set(stage, { restMs, endedAt: clock.now(), movedAt: null, lastError: null }),
    forget: (stage) => void stages.delete(stage),
    beat(stage) {
      Object.assign(of(stage), { endedAt: clock.now(), movedAt: null, lastError: null });
    },
    moved(stage) {
      of(stage).movedAt = clock.now();
    },
    failed(stage, reason) {
      Object.assign(of(stage), { movedAt: null, lastError: reason });
    },
    // The writer first: others that stand still may wait for it.
    report() {
      const now = clock.now();
      const wroteAt = unanswered() ?? now;
      return [
        { stage: 'write', lastAt: wroteAt, dueAt: wroteAt + writerMs, lastError: null },
        ...[...stages].map(([stage, state]) => ({ stage, ...reported(state) })),
      ].map((one) => ({ ...one, stalled: now > one.dueAt }));
    },
  };
};
