import type { RawInput } from '@caudal/core';

/** A message on its way to the disk. */
export interface Arrived {
  readonly input: RawInput;
  /** Called once it is on disk. */
  readonly stored: () => void;
}

export interface Intake {
  /** Takes a message; `next` is called when there is room for another. */
  take(arrived: Arrived, next: () => void): void;
  /** Takes nothing more and tells nobody anything. */
  stop(): void;
}

/**
 * Hands messages to the host in order, one batch at a time, each with what had come meanwhile, so that the disk sets the pace and no order
 * of acknowledgements is broken (MQTT 3.1.1, 4.6: in the order of arrival). At most `max` messages are held; then nothing more is read.
 *
 * @param failed called once, when a batch could not be stored; none of it counts as stored, and nothing behind it either
 */
export const createIntake = (
  emit: (records: readonly RawInput[]) => Promise<void>,
  max: number,
  failed: (thrown: unknown) => void,
): Intake => {
  let waiting: Arrived[] = [];
  let held = 0;
  let busy = false;
  let stopped = false;
  let blocked: (() => void)[] = [];

  const release = () => {
    const ready = blocked;
    blocked = [];
    for (const next of ready) next();
  };

  const work = async () => {
    busy = true;
    try {
      while (waiting.length > 0 && !stopped) {
        const batch = waiting;
        waiting = [];
        await emit(batch.map(({ input }) => input));
        held -= batch.length;
        if (stopped) return;
        for (const { stored } of batch) stored();
        release();
      }
    } catch (thrown) {
      if (!stopped) failed(thrown);
      stopped = true;
    } finally {
      busy = false;
    }
  };

  return {
    take(arrived, next) {
      if (stopped) return;
      waiting.push(arrived);
      held += 1;
      if (held < max) next();
      else blocked.push(next);
      if (!busy) void work();
    },
    stop() {
      stopped = true;
    },
  };
};
