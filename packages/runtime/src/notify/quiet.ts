import {
  civilInZone,
  instantInZone,
  type NoticeEvent,
  reportEvents,
  type Person,
  type ReportEvent,
  type Subscription,
} from '@caudal/core';

const minute = 60_000;
const dayMinutes = 24 * 60;

const minutesOf = (clock: string): number => {
  const [hour = 0, past = 0] = clock.split(':').map(Number);
  return hour * 60 + past;
};

/** The instant when a person may be told: now, or the end of the quiet hours that hold now in the person's zone. */
export const tellAt = (
  { quiet }: Pick<Subscription, 'quiet'>,
  { zone = 'America/Santiago' }: Pick<Person, 'zone'>,
  critical: boolean,
  now: number,
): number => {
  if (quiet === undefined || (critical && quiet.exceptCritical !== false)) return now;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const civil = civilInZone(now, zone);
  const at = civil.hour * 60 + civil.minute;
  const holds = from <= to ? from <= at && at < to : at >= from || at < to;
  if (!holds) return now;
  const days = at < to ? 0 : 1;
  const end = new Date(Date.UTC(civil.year, civil.month - 1, civil.day) + (days * dayMinutes + to) * minute);
  return instantInZone(
    {
      year: end.getUTCFullYear(),
      month: end.getUTCMonth() + 1,
      day: end.getUTCDate(),
      hour: end.getUTCHours(),
      minute: end.getUTCMinutes(),
      second: 0,
    },
    zone,
  );
};

const isReport = (event: string): event is ReportEvent => (reportEvents as readonly string[]).includes(event);

/** The language that a subscription of the channel asks for; the person's own where none does. */
export const languageOf = (
  subscriptions: readonly Subscription[],
  person: Person,
  channel: string,
  event: NoticeEvent | ReportEvent,
): NonNullable<Person['language']> =>
  subscriptions.find(
    (one) =>
      one.person === person.id &&
      one.language !== undefined &&
      one.channels.includes(channel) &&
      ((one.events.includes('*') && !isReport(event)) || one.events.includes(event)),
  )?.language ??
  person.language ??
  'es';
