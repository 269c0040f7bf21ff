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
import { createHttp, type HttpBody, type HttpResponse, type Query } from '@caudal/http';
import { addressSchema, type PhoneAddress } from '../address.ts';
import { isSecure } from '../secure-url.ts';
import { dress } from '../text/options.ts';
import { surelyFits } from '../text/segments.ts';
import { version } from '../version.ts';
import { answerOf, type Answer, holds, looked } from './answers.ts';
import { configSchema, type SmsGatewayConfig, type SmsGatewayOptions } from './config.ts';
import { createDelivery } from './delivery.ts';
import { fill, fillAll, fillJson, unknownIn, type Values } from './template.ts';

const patternFault = (pattern: string): string | undefined => {
  try {
    RegExp(pattern, 'u');
    return undefined;
  } catch {
    return `"${pattern}" is not a regular expression`;
  }
};

/** What a schema cannot say of a configuration. */
const faultsOf = (config: SmsGatewayConfig): string[] => {
  const { url, check, form, json, method, secretFields, query, headers, errors, accepted, id } = config;
  const patterns = [...errors, accepted, id].map((rule) => rule?.match).filter((match) => match !== undefined);
  const unknown = [...new Set(unknownIn([form, json, query, headers]))];
  return [
    ...[url, ...(check === undefined ? [] : [check])]
      .filter((address) => !isSecure(address))
      .map((address) => `${address} is neither https:// nor on this machine`),
    ...(form !== undefined && json !== undefined ? ['form and json exclude each other'] : []),
    ...(method === 'GET' && (form ?? json) !== undefined ? ['a GET has no body; use query'] : []),
    ...(secretFields !== undefined && (form ?? json) === undefined ? ['secretFields need a form or json'] : []),
    ...(check !== undefined && isSecure(check) && new URL(check).origin !== new URL(url).origin
      ? ['check is on another server than url, which must not get the credential']
      : []),
    ...unknown.map((name) => `{${name}} is no placeholder`),
    ...patterns.map(patternFault).filter((fault) => fault !== undefined),
  ];
};

const queryOf = (url: URL): Query => {
  const query: Record<string, string[]> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name);
  return query;
};

const createInstance = (config: SmsGatewayConfig, host: Host): NotifierInstance<PhoneAddress> => {
  const faults = faultsOf(config);
  if (faults.length > 0) throw new CaudalError('config', faults.join('; '), { sent: 'no' });
  const url = new URL(config.url);
  const http = createHttp({
    host,
    baseUrl: url.origin,
    timeoutMs: config.timeoutMs,
    maxBodyBytes: 262_144,
    ...(config.auth === undefined ? {} : { auth: config.auth }),
  });

  const bodyOf = async (values: Values): Promise<HttpBody | undefined> => {
    const secrets: Record<string, string> = {};
    for (const [name, reference] of Object.entries(config.secretFields ?? {})) {
      secrets[name] = await host.secret(reference);
      host.redact.add(secrets[name]);
    }
    if (config.form !== undefined)
      return { form: { ...fillAll(config.form, (template: string) => fill(template, values)), ...secrets } };
    if (config.json === undefined) return undefined;
    return { json: { ...fillAll(config.json, (template) => fillJson(template, values)), ...secrets } };
  };

  /** The error that an answer means; undefined when it takes the message. */
  const errorOf = (response: HttpResponse, answer: Answer): CaudalError | undefined => {
    const rule = config.errors.find((candidate) => holds(candidate, answer));
    if (rule !== undefined) {
      const { kind, says = 'a rule of the configuration matches' } = rule;
      const item = kind === 'rejected' || kind === 'invalid-data';
      return http.failure(response, {
        meanings: { [response.status]: { kind, says } },
        ...(item ? { scope: 'item' as const } : {}),
      });
    }
    if (response.status < 200 || response.status > 299) {
      const error = http.failure(response);
      const item = error.kind === 'rejected' || error.kind === 'invalid-data';
      return item ? http.failure(response, { scope: 'item' }) : error;
    }
    if (config.accepted === undefined || holds(config.accepted, answer)) return undefined;
    return http.failure(response, {
      meanings: { [response.status]: { kind: 'bug', says: 'the answer is neither accepted nor one of the errors' } },
    });
  };

  const idOf = (answer: Answer, key: string): string => {
    if (config.id === undefined) return key;
    const value = looked(answer, config.id.at) ?? '';
    const found = config.id.match === undefined ? undefined : new RegExp(config.id.match, 'u').exec(value);
    const id = config.id.match === undefined ? value : (found?.[1] ?? found?.[0] ?? '');
    if (id !== '' && id.length <= 500) return id;
    // It was taken: failing now would send it again.
    host.log.warn({}, 'the gateway took a text and its answer has no id where the configuration says');
    return key;
  };

  return {
    async send({ to, message, idempotencyKey, signal }) {
      if (signal.aborted) throw new CaudalError('transient', 'the call was cancelled', { sent: 'no' });
      const { text, encoding, segments } = dress(message, config, host);
      const values: Values = {
        to: to.phone,
        toDigits: to.phone.slice(1),
        text,
        key: idempotencyKey,
        encoding,
        segments: String(segments),
      };
      const filled = (templates: Readonly<Record<string, string>> = {}) =>
        fillAll(templates, (template: string) => fill(template, values));
      const body = await bodyOf(values);
      const response = await http.send({
        method: config.method,
        path: url.pathname,
        query: { ...queryOf(url), ...filled(config.query) },
        headers: fillAll(filled(config.headers), (value: string) => value.replaceAll(/[\r\n]+/g, ' ')),
        ...(body === undefined ? {} : { body }),
        signal,
      });
      const answer = answerOf(response);
      const error = errorOf(response, answer);
      if (error !== undefined) throw error;
      return { externalId: idOf(answer, idempotencyKey) };
    },

    async check({ signal }) {
      if (signal.aborted) throw new CaudalError('transient', 'the call was cancelled', { sent: 'no' });
      try {
        if (config.check === undefined) {
          await bodyOf({ to: '', toDigits: '', text: '', key: '', encoding: '', segments: '' });
          return { ok: true, message: `ready to post to ${url.host}; the gateway was not asked` };
        }
        const address = new URL(config.check);
        http.expectOk(await http.send({ path: address.pathname, query: queryOf(address), signal }));
        return { ok: true, message: `${url.host} takes the credential` };
      } catch (thrown) {
        if (signal.aborted || !isCaudalError(thrown)) throw thrown;
        return { ok: false, message: thrown.message };
      }
    },

    ...(config.delivery === undefined ? {} : { delivery: createDelivery(config.delivery, host) }),

    close: () => http.close(),
  };
};

export type SmsGatewayDefinition = NotifierDefinition<SmsGatewayOptions, PhoneAddress>;

const definitionFor = ({ maxSegments = 4, idempotent = false }: SmsGatewayOptions): SmsGatewayDefinition =>
  defineNotifier({
    id: 'sms-gateway',
    version,
    description: 'Text messages through any HTTP gateway, described by configuration',
    config: configSchema,
    address: addressSchema,
    capabilities: { channel: 'sms', maxText: surelyFits(maxSegments), attachments: false, idempotent },
    // core fills the defaults of the schema before it creates
    create: ({ config, host }) => createInstance(config as SmsGatewayConfig, host),
  });

/**
 * Notices as text messages through a gateway that is not Twilio.
 *
 * @example
 * smsGateway({
 *   url: 'https://sms.example.com/v1/messages',
 *   auth: { type: 'bearer', secret: 'env:SMS_TOKEN' },
 *   json: { to: '{to}', body: '{text}' },
 *   id: { at: '/id' },
 * })
 */
export const smsGateway = (options: SmsGatewayOptions): Plugin<SmsGatewayDefinition> =>
  configured(definitionFor(options), options);
