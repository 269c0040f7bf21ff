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
import { type Auth, createHttp, type HttpResponse } from '@caudal/http';
import { addressSchema, type PhoneAddress } from '../address.ts';
import { isSecure } from '../secure-url.ts';
import { dress } from '../text/options.ts';
import { surelyFits } from '../text/segments.ts';
import { version } from '../version.ts';
import { configSchema, type TwilioConfig, type TwilioOptions } from './config.ts';
import { createDelivery } from './delivery.ts';
import { twilioErrors, type TwilioMeaning } from './errors.ts';

interface Answer {
  readonly sid?: unknown;
  readonly status?: unknown;
  readonly code?: unknown;
  readonly error_code?: unknown;
}

const refused: TwilioMeaning = { kind: 'rejected', scope: 'item', says: 'the message was refused' };

/** For a code that is not listed: it is about the message, as most that are listed; 2xx is of a message taken and failed at once. */
const byStatus: Readonly<Record<number, TwilioMeaning>> = { 200: refused, 201: refused, 400: refused };

const answerOf = ({ body }: HttpResponse): Answer => {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return {};
  }
};

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no' });
};

const authOf = ({ accountSid, authToken, apiKey }: TwilioConfig): Auth => {
  if (apiKey !== undefined) return { type: 'basic', username: apiKey.sid, password: apiKey.secret };
  return { type: 'basic', username: accountSid, password: authToken ?? refuse('authToken or apiKey is needed') };
};

const createInstance = (config: TwilioConfig, host: Host): NotifierInstance<PhoneAddress> => {
  const { from, messagingServiceSid, delivery, validitySeconds } = config;
  if ((from === undefined) === (messagingServiceSid === undefined))
    refuse('exactly one of from and messagingServiceSid is needed');
  if (!isSecure(config.baseUrl)) refuse('baseUrl is neither https:// nor on this machine');
  if (delivery !== undefined && new URL(delivery.url).username !== '')
    refuse('delivery.url carries a user, which Twilio does not sign');
  const auth = authOf(config);
  const http = createHttp({ host, baseUrl: config.baseUrl, auth, timeoutMs: config.timeoutMs, maxBodyBytes: 262_144 });
  const messages = `/2010-04-01/Accounts/${config.accountSid}/Messages.json`;

  const failure = (response: HttpResponse, code: unknown): CaudalError => {
    const known = typeof code === 'number' ? twilioErrors[code] : undefined;
    const meaning = known ?? byStatus[response.status];
    const { kind, says, scope } = meaning ?? {};
    return http.failure(response, {
      ...(kind === undefined
        ? {}
        : {
            meanings: {
              [response.status]: { kind, says: known === undefined ? `${says}` : `${String(code)}, ${says}` },
            },
          }),
      ...(scope === undefined ? {} : { scope }),
    });
  };

  const ask = async (request: Parameters<typeof http.send>[0]): Promise<Answer> => {
    const response = await http.send(request);
    if (response.status < 200 || response.status > 299) throw failure(response, answerOf(response).code);
    const answer = http.json(response) as Answer;
    // taken and refused in one breath
    if (answer.status === 'failed' || answer.status === 'undelivered') throw failure(response, answer.error_code);
    return answer;
  };

  return {
    async send({ to, message, signal }) {
      const { text } = dress(message, config, host);
      const { sid } = await ask({
        method: 'POST',
        path: messages,
        body: {
          form: {
            To: to.phone,
            ...(from === undefined ? {} : { From: from }),
            ...(messagingServiceSid === undefined ? {} : { MessagingServiceSid: messagingServiceSid }),
            Body: text,
            ...(delivery === undefined ? {} : { StatusCallback: delivery.url }),
            ...(validitySeconds === undefined ? {} : { ValidityPeriod: String(validitySeconds) }),
          },
        },
        signal,
      });
      if (typeof sid !== 'string' || sid === '')
        throw new CaudalError('bug', 'Twilio took a message and its answer has no sid');
      return { externalId: sid };
    },

    async check({ signal }) {
      try {
        // reading needs the same credential, and unlike the account itself a standard API key may ask it
        await ask({ path: messages, query: { PageSize: 1 }, signal });
        return { ok: true, message: `Twilio takes requests of ${config.accountSid}` };
      } catch (thrown) {
        if (signal.aborted || !isCaudalError(thrown)) throw thrown;
        return { ok: false, message: thrown.message };
      }
    },

    ...(delivery === undefined
      ? {}
      : {
          delivery: createDelivery(
            delivery.url,
            delivery.authToken ?? config.authToken ?? refuse('delivery needs the auth token: an API key signs nothing'),
            host,
          ),
        }),

    close: () => http.close(),
  };
};

export type TwilioDefinition = NotifierDefinition<TwilioOptions, PhoneAddress>;

const definitionFor = (maxSegments = 4): TwilioDefinition =>
  defineNotifier({
    id: 'twilio',
    version,
    description: 'Text messages through Twilio',
    config: configSchema,
    address: addressSchema,
    capabilities: {
      channel: 'sms',
      maxText: surelyFits(maxSegments),
      attachments: false,
      // Twilio has no key by which it would know a repeated request
      idempotent: false,
    },
    // core fills the defaults of the schema before it creates
    create: ({ config, host }) => createInstance(config as TwilioConfig, host),
  });

/**
 * Notices as text messages through Twilio.
 *
 * @example twilio({ accountSid: 'AC…', authToken: 'env:TWILIO_AUTH_TOKEN', messagingServiceSid: 'MG…' })
 */
export const twilio = (options: TwilioOptions): Plugin<TwilioDefinition> =>
  configured(definitionFor(options.maxSegments), options);
