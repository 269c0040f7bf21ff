import type { Clock } from '@caudal/core';
import { settled } from './settled.ts';

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /** How many sleepers wait. */
  readonly sleepers: number;
  /** When the next sleeper wakes, or `undefined` when nobody sleeps. */
  readonly next: number | undefined;
  /** Moves on by `ms`. See {@link VirtualClock.advanceTo}. */
  advance(ms: number): Promise<void>;
  /**
   * Moves to instant `t`: wakes sleepers one by one in order of time (then of asking), each at its own instant, and lets the code
   * behind each run to rest before the next. Code that sleeps again within the span is woken again.
   */
  advanceTo(t: number): Promise<void>;
  /**
   * Moves from sleeper to sleeper until `condition` holds. Throws when it does not hold within `limitMs` of virtual time
   * (default 7 days), or when nobody sleeps and five real seconds of outside work do not make it hold.
   */
  runUntil(condition: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
}

export interface VirtualClockOptions {
  /**
   * Lets everything that was woken run to rest; called before the first step, after every woken sleeper and at the end.
   * Default: {@link settled}. Replace it where work happens that this process does not see, such as a worker thread.
   */
  readonly idle?: () => Promise<void>;
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** A {@link VirtualClock} that shows `start` (UTC milliseconds). Works together with real servers on loopback. */
export const virtualClock = (start: number, options: VirtualClockOptions = {}): VirtualClock => {
  const idle = options.idle ?? (() => settled());
  const sleepers: Sleeper[] = [];
  let now = start;
  let moving = false;

  const insert = (sleeper: Sleeper) => {
    let low = 0;
    let high = sleepers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sleepers[middle] as Sleeper).at <= sleeper.at) low = middle + 1;
      else high = middle;
    }
    sleepers.splice(low, 0, sleeper);
  };

  const exclusively = async (move: () => Promise<void>) => {
    if (moving) throw new Error('the virtual clock is already being moved');
    moving = true;
    try {
      await move();
    } finally {
      moving = false;
    }
  };

  const step = async (sleeper: Sleeper) => {
    sleepers.splice(sleepers.indexOf(sleeper), 1);
    now = Math.max(now, sleeper.at);
    sleeper.wake();
    await idle();
  };

  const advanceTo = (t: number) =>
    exclusively(async () => {
      if (!(t >= now)) throw new RangeError(`a clock does not go back from ${now} to ${t}`);
      await idle();
      for (let next = sleepers[0]; next !== undefined && next.at <= t; next = sleepers[0]) await step(next);
      now = t;
      await idle();
    });

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        if (Number.isNaN(ms)) {
          reject(new RangeError('cannot sleep for NaN milliseconds'));
          return;
        }
        const abort = () => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          at: now + ms,
          wake() {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        // A turn, not at once: a loop of empty sleeps must not keep sockets from being read.
        if (ms <= 0) setImmediate(() => sleeper.wake());
        else insert(sleeper);
      }),
    get sleepers() {
      return sleepers.length;
    },
    get next() {
      return sleepers[0]?.at;
    },
    advance: (ms) => advanceTo(now + ms),
    advanceTo,
    runUntil: (condition, limitMs = 7 * 24 * 3_600_000) =>
      exclusively(async () => {
        const limit = now + limitMs;
        let patience = 5000;
        await idle();
        while (!(await condition())) {
          const next = sleepers[0];
          if (next !== undefined) {
            if (next.at > limit) throw new Error(`the condition does not hold after ${limitMs} ms of virtual time`);
            await step(next);
          } else if (patience > 0) {
            patience -= 1;
            await new Promise((resolve) => setTimeout(resolve, 1));
            await idle();
          } else {
            throw new Error('the condition does not hold, nobody sleeps and nothing happens any more');
          }
        }
      }),
  };
};
