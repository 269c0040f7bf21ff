import { issuesOf, toCaudalError } from '@caudal/core';
import { hashOf, newId } from '../access/secret-token.ts';
import { type HandedOver, resetForgotten } from '../access/users.ts';
import { wordReset } from '../notify/word-reset.ts';
import type { NotifierEntry } from '../plugins.ts';
import { createInFlight } from '../schedule/in-flight.ts';
import type { Services } from '../services.ts';
import { redeemLink } from './redeem-link.ts';

/** Mails with which users set a new password. Nothing is kept of one but the hash of its token: who gets none asks again. */
export interface ResetMails {
  /** Why none are sent here; undefined where they are. */
  readonly missing: string | undefined;
  /** Sends one, should the address be a user's. Done after the answer, so that the time it takes tells nobody anything. */
  ask(address: string): void;
  /** Gives up what is under way. */
  close(): Promise<void>;
}

/** More are asked for at once only under attack. */
const underWayAtMost = 100;
const attemptsAtMost = 3;
const firstWaitMs = 30_000;

const addressOf = (email: string) => ({ email });

/** The first of the configuration that mails to a mere address. */
const mailerOf = ({ plugins }: Services): NotifierEntry | undefined =>
  [...plugins.notifiers.values()].find(
    ({ capabilities, definition }) =>
      capabilities.channel === 'email' &&
      issuesOf(definition.address, addressOf('somebody@example.org'), 1).length === 0,
  );

const missingOf = ({ options: { http } }: Services, mailer: NotifierEntry | undefined): string | undefined => {
  if (mailer === undefined) return 'there is no notifier for mail';
  return http.publicUrl === undefined ? 'http.publicUrl is not set' : undefined;
};

export const createResetMails = (services: Services): ResetMails => {
  const { clock, options, store } = services;
  const log = services.log.stream('notifications', { stage: 'api' });
  const mailer = mailerOf(services);
  const flight = createInFlight(
    () => undefined,
    (thrown) => log.error({ error: toCaudalError(thrown) }, 'a reset was not mailed'),
  );

  const send = async ({ name, instance }: NotifierEntry, { user, token }: HandedOver, signal: AbortSignal) => {
    const facts = { channel: name, user: user.id };
    const idempotencyKey = `reset-${newId()}`;
    const message = wordReset(user, {
      link: redeemLink(options.http, token),
      minutes: options.access.mailedResetMinutes,
      own: options.notify.words,
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { externalId } = await instance.send({ to: addressOf(user.email), message, idempotencyKey, signal });
        log.info({ ...facts, externalId }, 'a reset was mailed');
        return;
      } catch (thrown) {
        const { kind, message: reason, retryAfterMs } = toCaudalError(thrown, `notifier ${name}`);
        const said = services.redact.text(reason).replaceAll(token, '[redacted]');
        if (signal.aborted || kind === 'rejected' || kind === 'unsupported' || attempt === attemptsAtMost) {
          log.error({ ...facts, kind }, `a reset was not mailed: ${said}`);
          return;
        }
        log.warn({ ...facts, kind, attempt }, `a reset is not mailed yet: ${said}`);
        await clock.sleep(retryAfterMs ?? firstWaitMs * 4 ** (attempt - 1), signal);
        // Used, too old, or a newer one was asked for meanwhile.
        const standing = await store.read.oneTime(hashOf(token));
        if (standing === null || standing.expiresAt <= clock.now()) return;
      }
    }
  };

  let closed = false;

  return {
    missing: missingOf(services, mailer),
    ask(address) {
      if (mailer === undefined || closed) return;
      if (flight.size >= underWayAtMost) {
        log.warn({}, `a reset is not mailed: ${underWayAtMost} are under way`);
        return;
      }
      flight.start(newId(), [], async (signal) => {
        const handed = await resetForgotten(services, address);
        if (handed !== null) await send(mailer, handed, signal);
      });
    },
    async close() {
      closed = true;
      await flight.finish(AbortSignal.abort(new Error('the runtime ends')));
    },
  };
};
