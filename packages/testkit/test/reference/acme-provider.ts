import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  CaudalError,
  closedObject,
  configured,
  defineProvider,
  type Host,
  type Json,
  type ProviderInstance,
  type RawRequest,
  type Reading,
  schemaOf,
  SecretRef,
  type SecretReference,
  Type,
} from '@caudal/core';
import { exchangeWell } from './exchange.ts';

interface Config {
  readonly baseUrl: string;
  readonly token: SecretReference;
  readonly webhookSecret: SecretReference;
  readonly timeoutMs: number;
}

interface Row {
  readonly variable: string | number;
  readonly at: number;
  readonly value: unknown;
}

const invalid = (message: string) => new CaudalError('invalid-data', message, { scope: 'item' });

const parse = (body: Uint8Array): { readonly data: readonly Partial<Row>[]; readonly next?: unknown } => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw invalid('the body is no JSON');
  }
  const { data } = (value ?? {}) as { data?: unknown };
  if (!Array.isArray(data)) throw invalid('the body has no data');
  return value as { data: Partial<Row>[] };
};

/** A record of names, by which shorter ones call their variables by number. */
const namesIn = (body: Uint8Array): readonly string[] =>
  (JSON.parse(Buffer.from(body).toString('utf8')) as { names: string[] }).names;

const signature = (secret: string, body: Uint8Array) => createHmac('sha256', secret).update(body).digest('hex');

/** The body of a webhook request is JSON like that of a pull, signed with the shared secret. */
export const signedRequest = (secret: string, data: object): RawRequest => {
  const body = new Uint8Array(Buffer.from(JSON.stringify(data)));
  return {
    method: 'POST',
    path: '/hooks/acme',
    query: '',
    headers: { 'content-type': 'application/json', 'x-signature': signature(secret, body) },
    body,
    receivedAt: Date.UTC(2026, 5, 1, 12),
  };
};

const instance = (config: Config, host: Host): ProviderInstance<{ channel?: number }> => {
  let session: string | undefined;
  let webhookSecret = '';
  const { timeoutMs } = config;

  const login = async (signal: AbortSignal) => {
    const token = await host.secret(config.token);
    const answer = await exchangeWell(host, {
      method: 'POST',
      url: `${config.baseUrl}/login`,
      headers: { authorization: `Bearer ${token}` },
      signal,
      timeoutMs,
    });
    const issued = (JSON.parse(Buffer.from(answer.body).toString('utf8')) as { session: string }).session;
    host.redact.add(issued);
    session = issued;
    return issued;
  };

  const get = async (path: string, signal: AbortSignal) =>
    exchangeWell(host, {
      url: `${config.baseUrl}${path}`,
      headers: { 'x-session': session ?? (await login(signal)) },
      signal,
      timeoutMs,
    });

  return {
    async start({ signal }) {
      webhookSecret = await host.secret(config.webhookSecret);
      await login(signal);
    },
    close() {
      session = undefined;
    },
    async check({ signal }) {
      await login(signal);
      await get('/account', signal);
      return { ok: true, message: 'the account answers' };
    },
    async pull({ devices, window, limit, page, signal }) {
      const [device] = devices;
      if (device === undefined || window === undefined) throw new CaudalError('unsupported', 'one device and a window');
      const asked = Math.min(limit, 1000);
      const query = new URLSearchParams({ from: String(window.from), to: String(window.to), limit: String(asked) });
      if (typeof page === 'string') query.set('page', page);
      const path = `/devices/${device.externalId}/data`;
      const answer = await get(`${path}?${query.toString()}`, signal);
      const { next } = parse(answer.body);
      return {
        records: [
          {
            body: answer.body,
            envelope: {
              channel: 'pull',
              device: device.id,
              asked: { window, limit: asked, ...(page === undefined ? {} : { page }) },
              path,
              status: answer.status,
            },
          },
        ],
        ...(typeof next === 'string' ? { page: next satisfies Json } : {}),
      };
    },
    webhook: {
      verify({ headers, body }) {
        const given = Buffer.from(headers['x-signature'] ?? '');
        const expected = Buffer.from(signature(webhookSecret, body));
        if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
          throw new CaudalError('auth', 'the signature is wrong');
        }
      },
      accept: ({ body, path }) => ({
        records: [{ body, envelope: { channel: 'webhook', path } }],
        response: { status: 204 },
      }),
    },
    async discover({ signal }) {
      await get('/devices', signal);
      return { devices: [{ externalId: 'unit-1' }], variables: [] };
    },
    decode(record, context) {
      const { needs } = record.envelope;
      if (needs !== undefined && context.needed === undefined) throw invalid('the names are missing');
      const names = context.needed === undefined ? [] : namesIn(context.needed.body);
      const device = context.externalId(record.envelope.device ?? '') ?? 'unknown';
      const readings: Reading[] = [];
      const problems: { reason: string; at: string }[] = [];
      for (const [index, row] of parse(record.body).data.entries()) {
        const { variable: written, at, value } = row ?? {};
        const variable = typeof written === 'number' ? names[written] : written;
        if (typeof variable !== 'string' || typeof at !== 'number' || !Number.isFinite(at)) {
          problems.push({ reason: 'no variable or instant', at: `/data/${index}` });
          continue;
        }
        const isNumber = typeof value === 'number' && Number.isFinite(value) && value !== -999;
        readings.push({
          device,
          variable,
          at,
          value: isNumber ? value : null,
          raw: JSON.stringify(value) ?? '',
          ...(isNumber ? {} : { code: value === -999 ? 'SENTINEL' : 'NOT_A_NUMBER' }),
        });
      }
      return { readings, problems };
    },
  };
};

export const acmeDefinition = defineProvider({
  id: 'acme',
  version: '1.2.3',
  config: schemaOf(
    closedObject({
      baseUrl: Type.String({ description: 'Address of the service.' }),
      token: SecretRef,
      webhookSecret: SecretRef,
      timeoutMs: Type.Integer({ default: 5000, description: 'Longest silence, ms.' }),
    }),
  ),
  device: schemaOf(closedObject({ channel: Type.Optional(Type.Integer({ description: 'Channel of the logger.' })) })),
  variable: schemaOf(closedObject({})),
  capabilities: {
    pull: { scope: 'device', by: 'time', range: true, maxVariables: 20, maxLimit: 1000, maxWindowMs: 86_400_000 },
    webhook: true,
    manual: { mediaTypes: ['application/json'] },
    discover: { devices: true, variables: false },
    limits: [{ requests: 60, perMs: 60_000, per: 'credential' }],
  },
  create: ({ config, host }) => instance(config, host),
});

/** A provider that does everything right. */
export const acme = (baseUrl: string, timeoutMs = 5000) =>
  configured(acmeDefinition, { baseUrl, token: 'env:ACME_TOKEN', webhookSecret: 'env:ACME_WEBHOOK', timeoutMs });
