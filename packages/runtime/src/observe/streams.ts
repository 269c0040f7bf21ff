import type { Clock } from '@caudal/core';

/** `waiting` to be opened (again), `opening` until the plugin says that it flows, then `connected`. */
export const streamStates = ['waiting', 'opening', 'connected'] as const;

/** How one stream stands, as `status` shows it. */
export interface StreamReport {
  readonly instance: string;
  /** Null for a stream of the whole instance. */
  readonly device: string | null;
  readonly state: (typeof streamStates)[number];
  /** Since when it stands so, UTC milliseconds. */
  readonly since: number;
  readonly lastMessageAt: number | null;
  readonly lastError: string | null;
}

/** What the host notes of one stream. */
export interface StreamNotes {
  readonly report: StreamReport;
  turn(state: StreamReport['state']): void;
  heard(): void;
  failed(reason: string): void;
}

/** The streams of a runtime as they stand now; nothing of this is kept. */
export interface Streams {
  /** @param device empty for a stream of the whole instance */
  of(instance: string, device: string): StreamNotes;
  /** Since when the device's stream has been connected; undefined while it is not. */
  connectedSince(instance: string, device: string): number | undefined;
  report(): readonly StreamReport[];
}

export const createStreams = (clock: Clock): Streams => {
  const known = new Map<string, StreamNotes>();
  const keyOf = (instance: string, device: string) => `${instance} ${device}`;
  return {
    of(instance, device) {
      const found = known.get(keyOf(instance, device));
      if (found !== undefined) return found;
      let report: StreamReport = {
        instance,
        device: device === '' ? null : device,
        state: 'waiting',
        since: clock.now(),
        lastMessageAt: null,
        lastError: null,
      };
      const notes: StreamNotes = {
        get report() {
          return report;
        },
        turn(state) {
          report = { ...report, state, since: clock.now() };
        },
        heard() {
          report = { ...report, lastMessageAt: clock.now() };
        },
        failed(reason) {
          report = { ...report, lastError: reason };
        },
      };
      known.set(keyOf(instance, device), notes);
      return notes;
    },
    connectedSince(instance, device) {
      const report = (known.get(keyOf(instance, device)) ?? known.get(keyOf(instance, '')))?.report;
      return report?.state === 'connected' ? report.since : undefined;
    },
    report: () => [...known.values()].map(({ report }) => report),
  };
};
