import { type Clock, systemClock } from '@caudal/core';

/** `from` at the machine's instant `epoch`, and `rate` times as fast as the machine's since then. */
export interface QuickTime {
  readonly from: number;
  readonly epoch: number;
  readonly rate: number;
}

/** A clock that several processes can agree on. Sleeps are the machine's. */
export const quickClock = (time: QuickTime): Clock & { time: QuickTime } => {
  const clock = {
    time,
    now() {
      const { from, epoch, rate } = clock.time;
      return Math.floor(from + (systemClock.now() - epoch) * rate);
    },
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms, signal),
  };
  return clock;
};
