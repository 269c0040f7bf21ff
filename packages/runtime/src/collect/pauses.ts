import type { CaudalError, Clock } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import { createPauseTable } from '../schedule/pauses.ts';

/** Who is paused: a device, or with an empty id the instance as a whole. */
export type Paused = Pick<DeviceInfo, 'id' | 'provider' | 'credential'>;

/** Which part of a vendor is left alone, and until when: one dead token never stops its neighbours. */
export interface Pauses {
  /** Until when a read of the device has to wait; 0 when it may go. */
  until(who: Paused): number;
  /** Whether it failed last, and nothing it touches has worked since. */
  failing(who: Paused): boolean;
  /** Answers what is paused, as the subject of an alert. `cut`: it had worked, and is tried again soon. */
  failed(who: Paused, error: CaudalError, cut?: boolean): string;
  /** A read went well: nothing it touches is paused any more. Answers the subjects that were. */
  worked(who: Paused): readonly string[];
}

const subjects = ({ provider, credential, id }: Paused) => {
  const instance = `provider:${provider}`;
  if (id === '') return { instance, credential: instance, device: instance };
  return { instance, credential: `credential:${provider}/${credential ?? ''}`, device: `device:${id}` };
};

/** @param random in [0, 1): spreads repeats by up to a fifth */
export const createPauses = (clock: Clock, random: () => number): Pauses => {
  const table = createPauseTable(clock, random);
  return {
    until: (who) => table.until(Object.values(subjects(who))),
    failing: (who) => table.failing(Object.values(subjects(who))),
    failed(who, error, cut) {
      const subject = subjects(who)[error.scope === 'item' ? 'device' : error.scope];
      table.failed(subject, error, cut);
      return subject;
    },
    worked: (who) => table.worked(Object.values(subjects(who))),
  };
};
