import { type NoticeEvent, noticeEvents, type Subscription } from '@caudal/core';
import { contentHash, type Domain } from '../config/domain.ts';
import type { AlertRow, NoticeRow } from '../store/rows.ts';
import { reachOf } from './reach.ts';
import { tellAt } from './quiet.ts';

const minute = 60_000;

export const eventOf = (alert: Pick<AlertRow, 'event'>): NoticeEvent =>
  (noticeEvents as readonly string[]).includes(alert.event) ? (alert.event as NoticeEvent) : 'system';

const wants = ({ events }: Subscription, event: NoticeEvent) => events.includes('*') || events.includes(event);

/** Which alerts the subscriptions of a person reach on a channel that tells of an event. */
export const reachOfPerson = (
  domain: Domain,
  { person, channel, event }: { readonly person: string; readonly channel: string; readonly event: NoticeEvent },
): ((alert: AlertRow) => boolean) => {
  const reaches = domain.subscriptions
    .filter((one) => one.person === person && one.channels.includes(channel) && wants(one, event))
    .map((one) => reachOf(domain, one));
  return (alert) => reaches.some((isReached) => isReached(alert));
};

export const afterMsOf = ({ afterMinutes = 0 }: Subscription): number => afterMinutes * minute;

/** What a notice is of. */
export interface Telling {
  readonly event: NoticeEvent;
  readonly alerts: readonly AlertRow[];
  readonly now: number;
  readonly atMost: number;
  /** Whether a subscription hears of an alert now. */
  readonly hears: (subscription: Subscription, alert: AlertRow) => boolean;
  /** Tells a further telling of the same alerts from the first. */
  readonly round?: string;
}

/** One notice for each person and channel, of everything they want of these alerts. */
export const noticesOf = (domain: Domain, { event, alerts, now, atMost, hears, round }: Telling): NoticeRow[] => {
  const notices = new Map<string, { person: string; channel: string; nextAt: number; alerts: Set<string> }>();
  for (const subscription of domain.subscriptions) {
    if (!wants(subscription, event)) continue;
    const isReached = reachOf(domain, subscription);
    const wanted = alerts.filter((alert) => isReached(alert) && hears(subscription, alert));
    if (wanted.length === 0) continue;
    const { person } = subscription;
    const critical = wanted.some(({ severity }) => severity === 'critical');
    const nextAt = tellAt(subscription, domain.people.get(person) ?? {}, critical, now);
    for (const channel of subscription.channels) {
      const known = notices.get(`${person} ${channel}`) ?? { person, channel, nextAt, alerts: new Set<string>() };
      known.nextAt = Math.min(known.nextAt, nextAt);
      for (const alert of wanted) known.alerts.add(alert.id);
      notices.set(`${person} ${channel}`, known);
    }
  }
  return [...notices.values()].map(({ person, channel, nextAt, alerts: ids }) => {
    const list = [...ids].toSorted();
    return {
      id: contentHash({ person, channel, event, alerts: list, ...(round === undefined ? {} : { round }) }),
      person,
      channel,
      event,
      alerts: list.slice(0, atMost),
      state: 'pending',
      nextAt,
      attempts: 0,
      externalId: null,
      reason: null,
      createdAt: now,
      sentAt: null,
      message: null,
    };
  });
};
