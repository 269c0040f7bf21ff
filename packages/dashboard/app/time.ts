import { preferences } from './preferences.ts';

/** People live by the first, the regulators by the second, which knows no summer time. */
export const zones = { people: 'America/Santiago', regulator: 'Etc/GMT+4' } as const;
export type ZoneName = keyof typeof zones;

const formats = new Map<string, Intl.DateTimeFormat>();
const format = (zone: ZoneName, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const locale = preferences().language === 'es' ? 'es-CL' : 'en-GB';
  const key = JSON.stringify([locale, zone, options]);
  const kept = formats.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone: zones[zone], ...options });
  formats.set(key, kept);
  return kept;
};

const styles = {
  minute: { dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' },
  second: { dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' },
  hour: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  date: { day: '2-digit', month: 'short' },
  day: { dateStyle: 'medium' },
  month: { month: 'long', year: 'numeric' },
  year: { month: 'short', year: 'numeric' },
  weekday: { weekday: 'short', day: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** An instant, UTC milliseconds, as people write it. */
export const when = (at: number, style: keyof typeof styles = 'minute', zone: ZoneName = 'people'): string =>
  format(zone, styles[style]).format(at);

/** Whether the two clocks show different times. */
export const clocksDiffer = (at: number): boolean => when(at, 'clock', 'people') !== when(at, 'clock', 'regulator');
