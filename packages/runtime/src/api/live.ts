import { randomBytes } from 'node:crypto';
import type { Services } from '../services.ts';
import type { AlertRow, ValueRow } from '../store/rows.ts';
import { alertView } from './schemas/alerts.ts';
import { isoOrNull, iso } from './schemas/parts.ts';
import type { Sight } from './sight.ts';

/** Something that happened, as those who look are told of it. */
export interface LiveEvent {
  readonly serial: number;
  readonly type: 'values' | 'alert' | 'submission';
  /** JSON. */
  readonly data: string;
  sees(sight: Sight): boolean;
}

/** What happens now, for those who look: the last of it is kept, so that who was away for a moment misses nothing. */
export interface Live {
  /** Ids of events begin with it: another run counts anew. */
  readonly run: string;
  /** Events after a serial that are still kept; undefined when some are gone. */
  after(serial: number): readonly LiveEvent[] | undefined;
  readonly newest: number;
  /** Answers how to stop; undefined when too many look already. */
  listen(listener: (event: LiveEvent) => void): (() => void) | undefined;
  close(): void;
}

const keptAtMost = 2_000;
const valuesAtMost = 200;
const alertsAtMost = 2_000;
const lookEveryMs = 5_000;

const pointOf = (series: string) => series.slice(0, series.indexOf('/'));
const seesPoint = (point: string | null) => (sight: Sight) =>
  sight.points === null || (point !== null && sight.points.includes(point));

export const createLive = (services: Services): Live => {
  const { events, store, clock, log, options } = services;
  const kept: LiveEvent[] = [];
  const listeners = new Set<(event: LiveEvent) => void>();
  const ended = new AbortController();
  let serial = 0;

  const tell = (type: LiveEvent['type'], data: unknown, sees: LiveEvent['sees']) => {
    serial += 1;
    const event = { serial, type, data: JSON.stringify(data), sees };
    kept.push(event);
    if (kept.length > keptAtMost) kept.splice(0, kept.length - keptAtMost);
    for (const listener of listeners) listener(event);
  };

  const tellValues = (rows: readonly ValueRow[]) => {
    for (const [series, own] of Map.groupBy(rows, (row) => row.series)) {
      const sorted = own.toSorted((a, b) => a.at - b.at).slice(-valuesAtMost);
      tell(
        'values',
        {
          series,
          values: sorted.map(({ at, value, flag, codes, status }) => ({ at: iso(at), value, flag, codes, status })),
          // The newest are here; the rest is to be read.
          more: own.length > sorted.length,
        },
        seesPoint(pointOf(series)),
      );
    }
  };

  let open: ReadonlyMap<string, AlertRow> | undefined;
  const lookAtAlerts = async () => {
    const now = new Map((await store.read.openAlerts({ limit: alertsAtMost })).map((row) => [row.id, row]));
    const before = open;
    open = now;
    if (before === undefined) return;
    const opened = [...now.values()].filter(({ id }) => !before.has(id));
    const gone = [...before.keys()].filter((id) => !now.has(id));
    for (const row of [...opened, ...(gone.length === 0 ? [] : await store.read.alerts(gone))])
      tell('alert', alertView(row), seesPoint(row.point));
  };

  let looking = false;
  /** Alerts are opened and ended in many places: what is on disk is what tells. Nobody looks, nothing is read. */
  const look = async () => {
    if (looking) return;
    looking = true;
    while (listeners.size > 0 && !ended.signal.aborted) {
      try {
        await lookAtAlerts();
      } catch (error) {
        log.stream('system', { stage: 'api' }).warn({ error }, 'live alerts could not be read');
      }
      await clock.sleep(lookEveryMs, ended.signal).catch(() => undefined);
    }
    looking = false;
  };

  const stops = [
    events.on('values', tellValues),
    events.on('submission', (row) =>
      tell(
        'submission',
        { ...row, slot: isoOrNull(row.slot) },
        ({ obligations }) => obligations === null || obligations.includes(row.obligation),
      ),
    ),
  ];
  return {
    run: randomBytes(6).toString('hex'),
    get newest() {
      return serial;
    },
    after(from) {
      if (from > serial || (kept[0]?.serial ?? serial + 1) > from + 1) return undefined;
      return kept.filter((event) => event.serial > from);
    },
    listen(listener) {
      if (listeners.size >= options.http.liveStreams) return undefined;
      listeners.add(listener);
      void look();
      return () => listeners.delete(listener);
    },
    close() {
      ended.abort();
      for (const stop of stops) stop();
      listeners.clear();
    },
  };
};
