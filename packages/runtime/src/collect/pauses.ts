import type { CaudalError, Clock } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';

const second = 1_000;

/** First and longest pause after a failure, by kind. Each failure in a row doubles it. */
const pauseTable: Readonly<Record<CaudalError['kind'], { readonly first: number; readonly most: number }>> = {
  config: { first: 300 * second, most: 3_600 * second },
  auth: { first: 300 * second, most: 3_600 * second },
  'rate-limit': { first: 60 * second, most: 900 * second },
  quota: { first: 3_600 * second, most: 21_600 * second },
  transient: { first: 15 * second, most: 900 * second },
  timeout: { first: 30 * second, most: 900 * second },
  'invalid-data': { first: 60 * second, most: 3_600 * second },
  rejected: { first: 300 * second, most: 3_600 * second },
  unsupported: { first: 3_600 * second, most: 21_600 * second },
  bug: { first: 300 * second, most: 3_600 * second },
};

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
  const paused = new Map<string, { until: number; failures: number }>();
  return {
    until: (device) =>
      Math.max(0, ...Object.values(subjects(device)).map((subject) => paused.get(subject)?.until ?? 0)),
    failed(device, error) {
      const subject = subjects(device)[error.scope === 'item' ? 'device' : error.scope];
      const failures = (paused.get(subject)?.failures ?? 0) + 1;
      const { first, most } = pauseTable[error.kind];
      const wait = error.retryAfterMs ?? Math.min(most, first * 2 ** Math.min(failures - 1, 16)) * (1 + random() / 5);
      paused.set(subject, { until: clock.now() + wait, failures });
      return subject;
    },
    worked: (device) => Object.values(subjects(device)).filter((subject) => paused.delete(subject)),
  };
};
