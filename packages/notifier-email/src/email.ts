import {
  CaudalError,
  configured,
  defineNotifier,
  type Host,
  isCaudalError,
  type NotifierDefinition,
  type NotifierInstance,
  type Plugin,
} from '@caudal/core';
import manifest from '../package.json' with { type: 'json' };
import { addressSchema, configSchema, type EmailAddress, type EmailConfig, type EmailOptions } from './config.ts';
import { createConnections } from './connections.ts';
import { attachmentsOf } from './attachments.ts';
import { cleanLine } from './clean.ts';
import { createDressing } from './dressing.ts';
import { messageIdOf } from './message-id.ts';
import { smtpError } from './smtp-failures.ts';

/** Longest value of a header of ours. */
const oneLine = (text: string) => cleanLine(text, 500);

const createInstance = (config: EmailConfig, host: Host): NotifierInstance<EmailAddress> => {
  if ((config.user === undefined) !== (config.password === undefined))
    throw new CaudalError('config', 'user and password go together', { sent: 'no' });
  const dress = createDressing(config);
  const connections = createConnections(config, host);
  const server = `${config.host}:${config.port}`;

  /** After a refused login the pool is let go, so that the next try reads the password again. */
  const failed = async (thrown: unknown): Promise<CaudalError> => {
    if (isCaudalError(thrown)) return thrown;
    const error = smtpError(thrown, server, host, config.password);
    if (error.kind === 'auth') await connections.close();
    return error;
  };

  return {
    async send({ to, message, idempotencyKey, signal }) {
      if (signal.aborted) throw new CaudalError('transient', `${server}: the call was cancelled`, { sent: 'no' });
      const messageId = messageIdOf(idempotencyKey, config.from);
      const attachments = attachmentsOf(message.attachments ?? [], config.limits.attachmentBytes);
      try {
        const pool = await connections.pool();
        await pool.sendMail({
          from: config.from,
          to: { name: '', address: to.email },
          ...(config.replyTo === undefined ? {} : { replyTo: config.replyTo }),
          ...dress(message),
          date: new Date(host.clock.now()),
          messageId,
          ...(message.severity === 'critical' ? { priority: 'high' as const } : {}),
          headers: {
            // RFC 3834: no out-of-office replies to a machine
            'Auto-Submitted': 'auto-generated',
            // the same for Microsoft's servers (MS-OXCMAIL)
            'X-Auto-Response-Suppress': 'All',
            // RFC 2369, 3.2
            ...(config.unsubscribe === undefined
              ? {}
              : { 'List-Unsubscribe': config.unsubscribe.map((address) => `<${address}>`).join(', ') }),
            'Content-Language': oneLine(message.language),
            'X-Caudal-Event': oneLine(message.event),
            'X-Idempotency-Key': oneLine(idempotencyKey),
          },
          attachments,
          signal,
        });
      } catch (thrown) {
        throw await failed(thrown);
      }
      return { externalId: messageId };
    },

    async check({ signal }) {
      const cancelled = new CaudalError('transient', `${server}: the call was cancelled`, { sent: 'no' });
      if (signal.aborted) throw cancelled;
      const stop = new AbortController();
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(cancelled), { once: true, signal: stop.signal });
      });
      try {
        await Promise.race([connections.pool().then(async (pool) => pool.verify()), aborted]);
        const as = config.user === undefined ? 'without a login' : `as ${config.user}`;
        return { ok: true, message: `${server} takes mail ${as}` };
      } catch (thrown) {
        if (signal.aborted) throw cancelled;
        return { ok: false, message: (await failed(thrown)).message };
      } finally {
        stop.abort();
      }
    },

    close: () => connections.close(),
  };
};

export type EmailDefinition = NotifierDefinition<EmailOptions, EmailAddress>;

const definition: EmailDefinition = defineNotifier({
  id: 'email',
  version: manifest.version,
  description: 'E-mail through any SMTP server',
  config: configSchema,
  address: addressSchema,
  capabilities: {
    channel: 'email',
    attachments: true,
    // the Message-ID is the same, but SMTP gives no promise that a second copy is dropped
    idempotent: false,
  },
  // core fills the defaults of the schema before it creates
  create: ({ config, host }) => createInstance(config as EmailConfig, host),
});

/**
 * Notices by e-mail through an SMTP server.
 *
 * @example email({ host: 'smtp.example.com', user: 'caudal', password: 'env:SMTP_PASSWORD', from: 'alerts@example.com' })
 */
export const email = (options: EmailOptions): Plugin<EmailDefinition> => configured(definition, options);
