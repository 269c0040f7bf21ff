import type { Services } from '../services.ts';
import { type Timing, timingText } from './occurrences.ts';
import type { ScheduleName } from './schedule-table.ts';

/** Where a person or an owner names no zone. */
export const defaultZone = 'America/Santiago';

/** One calendar of a schedule: its slots are kept under this key. */
export interface ScheduleCalendar {
  readonly key: string;
  readonly timing: Timing;
  readonly enabled: boolean;
}

const zoneKey = (name: ScheduleName, zone: string): string => `${name}@${zone}`;

/** The schedule of a key. */
export const nameOf = (key: string): string => key.split('@', 1)[0] ?? key;

/** The zone of a key that names one. */
export const zoneOfKey = (key: string): string => key.split('@')[1] ?? defaultZone;

type Known = Pick<Services, 'options' | 'domain'>;

/** Each look at a schedule asks for them: they are found once for a domain, which never changes. */
const zonesFound = new WeakMap<Known['domain'], readonly string[]>();

/** Zones in which a day begins for somebody: those of the owners; that of Chile where nobody says one. */
const summaryZones = ({ domain }: Known): readonly string[] => {
  const found = zonesFound.get(domain) ?? findZones(domain);
  zonesFound.set(domain, found);
  return found;
};

const findZones = (domain: Known['domain']): readonly string[] => {
  const zones = new Set(
    [...domain.points.values()].map(({ owner }) => domain.owners.get(owner ?? '')?.zone ?? defaultZone),
  );
  return zones.size === 0 ? [defaultZone] : [...zones].toSorted();
};

/** When a schedule is due, as the configuration has it; one for each zone where that goes by the owner. */
export const calendarsOf = (services: Known, name: ScheduleName): readonly ScheduleCalendar[] => {
  const { enabled, ...timing } = services.options.schedules[name];
  if ('everyMinutes' in timing) return [{ key: name, timing: { everyMinutes: timing.everyMinutes }, enabled }];
  const zones = 'zone' in timing ? [timing.zone] : summaryZones(services);
  return zones.map((zone) => ({
    key: 'zone' in timing ? name : zoneKey(name, zone),
    timing: { at: timing.at, zone },
    enabled,
  }));
};

const factOf = (key: string) => `schedule ${key}`;

interface InForce {
  readonly timing: string;
  readonly since: number;
}

/**
 * Since when a schedule stands as it does. What lies before was due by another calendar, or while it was off: it is neither caught up nor
 * missed.
 *
 * @param timing null while it is off
 */
export const noteSince = async (
  { store }: Pick<Services, 'store'>,
  key: string,
  timing: Timing | null,
  now: number,
): Promise<number> => {
  const text = timing === null ? 'off' : timingText(timing);
  const known = (await store.read.recall(factOf(key))) as unknown as InForce | null;
  if (known?.timing === text) return known.since;
  await store.write.remember([{ key: factOf(key), value: { timing: text, since: now } }]);
  return now;
};

/** The same without noting it: null while it was never in force. */
export const inForceSince = async (
  { store }: Pick<Services, 'store'>,
  { key, timing, enabled }: ScheduleCalendar,
): Promise<number | null> => {
  const known = (await store.read.recall(factOf(key))) as unknown as InForce | null;
  return known?.timing === (enabled ? timingText(timing) : 'off') ? known.since : null;
};
