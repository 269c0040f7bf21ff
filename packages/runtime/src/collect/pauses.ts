import type { CaudalError, Clock } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import { createPauseTable } from '../schedule/pauses.ts';

/** Which part of a vendor is left alone, and until when: one dead token never stops its neighbours. */
export interface Pauses {
  /** Until when a read of the device has to wait; 0 when it may go. */
  until(device: DeviceInfo): number;
  /** Answers what is paused, as the subject of an alert. */
  failed(device: DeviceInfo, error: CaudalError): string;
  /** A read went well: nothing it touches is paused any more. Answers the subjects that were. */
  worked(device: DeviceInfo): readonly string[];
}

const subjects = (device: DeviceInfo) => ({
  instance: `provider:${device.provider}`,
  credential: `credential:${device.provider}/${device.credential ?? ''}`,
  device: `device:${device.id}`,
});

/** @param random in [0, 1): spreads repeats by up to a fifth */
export const createPauses = (clock: Clock, random: () => number): Pauses => {
  const table = createPauseTable(clock, random);
  return {
    until: (device) => table.until(Object.values(subjects(device))),
    failed(device, error) {
      const subject = subjects(device)[error.scope === 'item' ? 'device' : error.scope];
      table.failed(subject, error);
      return subject;
    },
    worked: (device) => table.worked(Object.values(subjects(device))),
  };
};
