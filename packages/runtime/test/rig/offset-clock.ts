import { type Clock, systemClock } from '@caudal/core';

/** The machine's clock, put forward by so many milliseconds, which may change. */
export const offsetClock = (offset: number): Clock & { offset: number } => {
  const clock = {
    offset,
    now: () => systemClock.now() + clock.offset,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms, signal),
  };
  return clock;
};
