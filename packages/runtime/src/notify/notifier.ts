import { type Json, type Message, type NoticeEvent, toCaudalError } from '@caudal/core';
import { createAckLinks } from './ack-link.ts';
import { createComposer } from './compose.ts';
import { languageOf } from './quiet.ts';
import { reachOfPerson } from './recipients.ts';
import { createInFlight } from '../schedule/in-flight.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { AlertRow, NoticeRow } from '../store/rows.ts';
import { endedWindows, isAbout } from './maintenance.ts';
import { type KeptBack, sayRepeated, wordMessage } from './words.ts';

const minute = 60_000;
const keptBackAtMost = 1_000;

/** alerts → people: one notice per person and channel, in an outbox of its own. */
export const createNotifier = (services: Services): Stage => {
  const { store, options, clock, plugins } = services;
  const log = services.log.stream('notifications', { stage: 'notify' });
  const compose = createComposer(services);
  const links = createAckLinks(services);
  const flight = createInFlight(
    () => services.wake('notify'),
    (thrown) => log.error({ error: toCaudalError(thrown) }, 'a notice failed in an unforeseen way'),
  );

  /** What windows that ended kept back of what is theirs, for those who hear of what is left. */
  const keptBack = async (
    alerts: readonly AlertRow[],
    { person, channel, event, createdAt }: NoticeRow,
  ): Promise<readonly KeptBack[]> => {
    const isReached = reachOfPerson(services.domain, { person, channel, event: event as NoticeEvent });
    return Promise.all(
      endedWindows(services.domain, alerts, createdAt).map(async ({ window, from, to }) => {
        const page = await store.read.pageAlerts({ points: null, from, to, limit: keptBackAtMost });
        const held = page.filter((alert) => isAbout(services.domain, window, alert) && isReached(alert));
        return {
          reason: window.reason,
          author: window.author,
          from,
          to,
          raised: held.length,
          over: held.filter(({ closedAt }) => closedAt !== null).length,
        };
      }),
    );
  };

  /** One alert alone has a page on which it is acknowledged. */
  const linksOf = async (alerts: readonly AlertRow[], person: string) => {
    const [alert, ...more] = alerts;
    const link = alert === undefined || more.length > 0 ? undefined : await links.link(alert.id, person);
    return link === undefined ? { link: options.http.publicUrl } : { link, acknowledges: true };
  };

  const send = async (notice: NoticeRow, signal: AbortSignal) => {
    const now = clock.now();
    const person = services.domain.people.get(notice.person);
    const notifier = plugins.notifiers.get(notice.channel);
    const address = person?.addresses[notice.channel];
    const attempts = notice.attempts + 1;
    if (person === undefined || notifier === undefined || address === undefined) {
      return end(notice, 'failed', `${notice.person} has no address on ${notice.channel}`, attempts);
    }
    const alerts = await store.read.alerts(notice.alerts);
    const reader = {
      ...person,
      language: languageOf(services.domain.subscriptions, person, notice.channel, notice.event as NoticeEvent),
    };
    const message =
      (notice.message as Message | null) ??
      wordMessage({
        person: reader,
        event: notice.event as NoticeEvent,
        alerts,
        keptBack: await keptBack(alerts, notice),
        ...(await linksOf(alerts, notice.person)),
        own: options.notify.words,
        maxFactCharacters: options.notify.maxFactCharacters,
      });
    // `sending` is what an attempt leaves whose end is not known; the channel may not see that it is the same message
    const perhapsAgain = notice.state === 'sending' && !notifier.capabilities.idempotent;
    await store.write.changeNotices([
      { id: notice.id, state: 'sending', nextAt: now + 10 * minute, attempts, message: message as unknown as Json },
    ]);
    try {
      await services.assertHeld();
      const { externalId } = await notifier.instance.send({
        to: address,
        message: perhapsAgain ? sayRepeated(message, reader, options.notify.words) : message,
        idempotencyKey: notice.id,
        signal,
      });
      await store.write.changeNotices([
        { id: notice.id, state: 'sent', nextAt: now, externalId, reason: null, sentAt: clock.now() },
      ]);
      services.metrics.add('caudal_notices_total', { channel: notice.channel, state: 'sent' });
      services.events.emit('notice', {
        id: notice.id,
        person: notice.person,
        channel: notice.channel,
        event: notice.event,
        state: 'sent',
      });
      log.info(
        { notice: notice.id, person: notice.person, channel: notice.channel, event: notice.event, externalId },
        'notice sent',
      );
    } catch (thrown) {
      const error = toCaudalError(thrown, `notifier ${notice.channel}`);
      const reason = services.redact.text(error.message);
      const final = error.kind === 'rejected' || error.kind === 'unsupported' || attempts >= options.notify.maxAttempts;
      if (final) return end(notice, 'failed', reason, attempts);
      const wait = error.retryAfterMs ?? Math.min(60 * minute, 0.5 * minute * 2 ** Math.min(attempts - 1, 10));
      const unanswered = error.sent === 'maybe' && error.status === undefined;
      const unknown = perhapsAgain || (unanswered && (error.kind === 'timeout' || error.kind === 'transient'));
      const state = unknown ? 'sending' : 'pending';
      await store.write.changeNotices([{ id: notice.id, state, nextAt: clock.now() + wait, reason }]);
      log.warn(
        { notice: notice.id, channel: notice.channel, attempts, kind: error.kind },
        `notice not sent yet: ${reason}`,
      );
    }
  };

  const end = async (notice: NoticeRow, state: 'failed', reason: string, attempts: number) => {
    await store.write.changeNotices([{ id: notice.id, state, nextAt: clock.now(), reason, attempts }]);
    services.metrics.add('caudal_notices_total', { channel: notice.channel, state });
    services.events.emit('notice', {
      id: notice.id,
      person: notice.person,
      channel: notice.channel,
      event: notice.event,
      state,
    });
    log.error({ notice: notice.id, person: notice.person, channel: notice.channel }, `notice given up: ${reason}`);
  };

  return {
    name: 'notify',
    restMs: options.notify.tickMs,
    async step() {
      const now = clock.now();
      await compose(now);
      for (const notice of await store.read.dueNotices(now, 50)) {
        if (!flight.has(notice.id) && flight.count(notice.channel) < 4)
          flight.start(notice.id, [notice.channel], (signal) => send(notice, signal));
      }
      return false;
    },
    finish: (signal) => flight.finish(signal),
  };
};
