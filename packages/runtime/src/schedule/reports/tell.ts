import type { Json, Message, Person, ReportEvent } from '@caudal/core';
import { contentHash, type Domain } from '../../config/domain.ts';
import { languageOf, tellAt } from '../../notify/quiet.ts';
import { pointsOf } from '../../notify/reach.ts';
import type { Services } from '../../services.ts';
import type { NoticeRow } from '../../store/rows.ts';
import type { Taken } from '../slots.ts';

export type Language = NonNullable<Person['language']>;

/** Who gets a report, and of which points. */
export interface Reader {
  readonly person: Person;
  readonly language: Language;
  /** Null for all. */
  readonly points: ReadonlySet<string> | null;
}

interface Recipient extends Reader {
  readonly channel: string;
  readonly nextAt: number;
}

/** One for each person and channel: what several subscriptions ask for is one report. */
const recipientsOf = (domain: Domain, event: ReportEvent, now: number): readonly Recipient[] => {
  const found = new Map<string, Recipient>();
  for (const subscription of domain.subscriptions) {
    const person = domain.people.get(subscription.person);
    if (person === undefined || !subscription.events.includes(event)) continue;
    const points = pointsOf(domain, subscription);
    const nextAt = tellAt(subscription, person, false, now);
    for (const channel of subscription.channels) {
      const known = found.get(`${person.id} ${channel}`);
      found.set(`${person.id} ${channel}`, {
        person,
        channel,
        language: languageOf(domain.subscriptions, person, channel, event),
        points:
          known === undefined ? points : known.points === null || points === null ? null : known.points.union(points),
        nextAt: Math.min(nextAt, known?.nextAt ?? Infinity),
      });
    }
  }
  return [...found.values()];
};

/**
 * Puts a report into the outbox of notices, worded for each reader. The same slot again, as after a kill in between, is the same notice:
 * nobody gets it twice.
 *
 * @param word undefined where there is nothing for the reader
 */
export const tellReport = async (
  services: Services,
  event: ReportEvent,
  { key, slot }: Taken,
  word: (reader: Reader) => Promise<Omit<Message, 'event' | 'language'> | undefined>,
): Promise<number> => {
  const now = services.clock.now();
  const rows: NoticeRow[] = [];
  for (const { channel, nextAt, ...reader } of recipientsOf(services.domain, event, now)) {
    const worded = await word(reader);
    if (worded === undefined) continue;
    const message: Message = { event, language: reader.language === 'es' ? 'es-CL' : 'en', ...worded };
    rows.push({
      id: contentHash({ schedule: key, slot, person: reader.person.id, channel }),
      person: reader.person.id,
      channel,
      event,
      alerts: [],
      state: 'pending',
      nextAt,
      attempts: 0,
      externalId: null,
      reason: null,
      createdAt: now,
      sentAt: null,
      message: message as unknown as Json,
    });
  }
  if (rows.length === 0) return 0;
  await services.store.write.createNotices(rows, []);
  services.wake('notify');
  return rows.length;
};

/** A page of the dashboard, where it can be reached from outside. */
export const pageLink = ({ options: { http } }: Services, page: string): { readonly link?: string } =>
  http.publicUrl === undefined ? {} : { link: `${http.publicUrl.replace(/\/$/, '')}/#/${page}` };
