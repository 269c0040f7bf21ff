import { connect } from 'node:net';
import {
  CaudalError,
  isCaudalError,
  configured,
  type ErrorKind,
  type Plugin,
  type ProviderInstance,
  type RawInput,
  type RawRecord,
  type PullRequest,
  type PullResult,
  type Reading,
  Type,
} from '@caudal/core';
import { expect, test } from 'vitest';
import { providerConformance, type ProviderConformanceOptions, replies, runConformance } from '@caudal/testkit';
import { acme, type acmeDefinition, signedRequest } from '../reference/acme-provider.ts';
import { withCreate, withDefinition, withParts } from '../reference/flawed.ts';
import { expectFailures } from './exactly.ts';

const from = Date.UTC(2026, 5, 1);
const row = (hours: number, value: unknown) => ({ variable: 'level', at: from + hours * 3_600_000, value });
const secrets = { 'env:ACME_TOKEN': 'tok/en+of acme"1', 'env:ACME_WEBHOOK': 'hook-secret-2' };
const issued = 'session-of-acme-3';

const options: ProviderConformanceOptions = {
  plugin: (baseUrl) => acme(baseUrl),
  givesUpSoon: (baseUrl) => acme(baseUrl, 15),
  secrets,
  issuedSecrets: [issued],
  packageVersion: '1.2.3',
  device: {
    id: 'logger-1',
    externalId: 'unit-1',
    settings: { channel: 2 },
    variables: [{ name: 'level', settings: {} }],
  },
  window: { from, to: from + 86_400_000 },
  login: { path: '/login', reply: replies.json({ session: issued }) },
  answers: {
    ok: replies.json({ data: [row(1, 7.25), row(2, 0), row(3, -999)] }),
    empty: replies.json({ data: [] }),
    routes: { '/account': replies.json({}), '/devices': replies.json([]) },
    pages: [
      replies.json({ data: [row(1, 1)], next: 'two' }),
      replies.json({ data: [row(2, 2)], next: 'three' }),
      replies.json({ data: [row(3, 3)] }),
    ],
    noValue: replies.json({ data: [row(1, null), row(2, 'err'), row(3, -999)] }),
  },
  readings: [
    { variable: 'level', at: from + 3_600_000, value: 7.25 },
    { variable: 'level', at: from + 7_200_000, value: 0 },
    { variable: 'level', at: from + 10_800_000, value: null },
  ],
  manual: [{ mediaType: 'application/json', body: Buffer.from(JSON.stringify({ data: [row(1, 7), row(2, 8)] })) }],
  webhook: {
    request: signedRequest(secrets['env:ACME_WEBHOOK'], { data: [row(1, 1)] }),
    signsBody: true,
    forged: [signedRequest('another secret', { data: [row(1, 1)] })],
  },
};

test('a good provider passes everything but what its capabilities lack', async () => {
  const { checks } = await runConformance(providerConformance(options));
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  const skipped = checks.filter(({ status }) => status === 'skipped').map(({ id, reason }) => `${id} ${reason}`);
  expect(skipped).toEqual([
    'A-20 the options name no schemaBaseline',
    'A-21 the options name no readme',
    'P-19 no record needs another',
    ...['P-33', 'P-34', 'P-35', 'P-36', 'P-37', 'P-38'].map((id) => `${id} the capabilities have no subscribe`),
    'P-70 the options name no case folder',
  ]);
});

type Acme = Plugin<typeof acmeDefinition>;
type Parts = ProviderInstance<{ channel?: number }>;

const parts = (change: (instance: Parts, baseUrl: string) => Partial<Parts>) => (baseUrl: string) =>
  withParts(acme(baseUrl), (instance) => change(instance, baseUrl));

const config =
  (properties: Record<string, unknown>, extra: object = {}) =>
  (baseUrl: string) =>
    withDefinition(acme(baseUrl), ({ config: schema }) => ({
      config: { ...schema, properties: { ...(schema['properties'] as object), ...properties }, ...extra },
    }));

const pulling =
  (instance: Parts): Pull =>
  (request) =>
    (instance as Required<Parts>).pull(request);

/** `change` is applied to what every pull throws. */
const failing =
  (when: (error: CaudalError) => boolean, change: (error: CaudalError) => CaudalError) =>
  (baseUrl: string): Acme => {
    const changed = async <T>(work: () => Promise<T>): Promise<T> => {
      try {
        return await work();
      } catch (thrown) {
        if (isCaudalError(thrown) && when(thrown)) throw change(thrown);
        throw thrown;
      }
    };
    return withParts(acme(baseUrl), (instance) => ({
      start: (call) => changed(async () => instance.start?.(call)),
      pull: (request) => changed(() => pulling(instance)(request)),
    }));
  };

type Pull = NonNullable<Parts['pull']>;
type Webhook = NonNullable<Parts['webhook']>;

const pull = (change: (ask: Pull, request: PullRequest<{ channel?: number }>) => Promise<PullResult>) =>
  parts((instance) => ({ pull: (request) => change(pulling(instance), request) }));

const reading = (change: (one: Reading) => Reading) =>
  parts((instance) => ({
    decode: (record, context) => {
      const decoded = instance.decode(record, context);
      return { ...decoded, readings: decoded.readings.map(change) };
    },
  }));

const webhook = (change: (webhook: Webhook) => Webhook) =>
  parts((instance) => ({ webhook: change(instance.webhook as Webhook) }));

const enveloped = (result: PullResult, more: Partial<RawInput['envelope']>): PullResult => ({
  ...result,
  records: result.records.map(({ body, envelope }) => ({ body, envelope: { ...envelope, ...more } })),
});

const isAbout = (text: string) => (error: CaudalError) => error.message.includes(text);

const changed = (
  error: CaudalError,
  change: { kind?: ErrorKind; sent?: 'no' | 'maybe'; retryAfterMs?: undefined },
): CaudalError =>
  new CaudalError(change.kind ?? error.kind, error.message, {
    sent: change.sent ?? error.sent,
    ...(error.retryAfterMs === undefined || 'retryAfterMs' in change ? {} : { retryAfterMs: error.retryAfterMs }),
  });

let decodings = 0;

const flaws: readonly (readonly [string, string, (baseUrl: string) => Acme])[] = [
  ['A-02', 'another version', (baseUrl) => withDefinition(acme(baseUrl), () => ({ version: '1.2.4' }))],
  ['A-03', 'a bound that is no number', config({ extra: { type: 'integer', minimum: 'ten', description: 'Broken.' } })],
  ['A-04', 'takes unknown keys', config({}, { additionalProperties: true })],
  ['A-05', 'a property without description', config({ extra: { type: 'string' } })],
  [
    'A-06',
    'requires what the sample lacks',
    config({ zone: Type.String({ description: 'A zone.' }) }, { required: ['zone'] }),
  ],
  [
    'A-07',
    'a default that does not fit',
    config({
      extra: {
        type: 'object',
        properties: { n: { type: 'integer', default: 1.5, description: 'A number.' } },
        additionalProperties: false,
        description: 'More.',
      },
    }),
  ],
  [
    'A-08',
    'a password that is not marked',
    config({ password: Type.Optional(Type.String({ description: 'Plain.' })) }),
  ],
  [
    'A-09',
    'connects in create',
    (baseUrl) => withCreate(acme(baseUrl), () => void connect(9, '127.0.0.1').on('error', () => {})),
  ],
  [
    'A-10',
    'reads the environment in create',
    (baseUrl) => withCreate(acme(baseUrl), () => void process.env['ACME_TOKEN']),
  ],
  [
    'A-11',
    'cannot be closed twice',
    parts((instance) => {
      let closed = false;
      return {
        close: async () => {
          if (closed) throw new Error('already closed');
          closed = true;
          await instance.close?.();
        },
      };
    }),
  ],
  [
    'A-12',
    'cannot be closed after a failed start',
    parts((instance) => {
      let failed = false;
      return {
        start: async (call) => {
          try {
            await instance.start?.(call);
          } catch (thrown) {
            failed = true;
            throw thrown;
          }
        },
        close: () => {
          if (failed) throw new Error('never opened');
        },
      };
    }),
  ],
  [
    'A-13',
    'starts only once',
    parts((instance) => {
      let started = false;
      return {
        start: async (call) => {
          if (started) throw new Error('already started');
          await instance.start?.(call);
          started = true;
        },
      };
    }),
  ],
  [
    'A-14',
    'ignores abort while it waits',
    parts((instance) => ({
      discover: async (request) => {
        request.signal.throwIfAborted();
        return (instance.discover as NonNullable<Parts['discover']>)({
          ...request,
          signal: new AbortController().signal,
        });
      },
    })),
  ],
  [
    'A-15',
    'sends although aborted',
    parts((instance) => ({
      discover: async (request) => {
        const late = new AbortController();
        const call = (instance.discover as NonNullable<Parts['discover']>)({ ...request, signal: late.signal });
        request.signal.addEventListener('abort', () => late.abort(request.signal.reason));
        return call;
      },
    })),
  ],
  [
    'A-16',
    'logs the token as hexadecimal',
    (baseUrl) =>
      withParts(acme(baseUrl), (instance, host) => ({
        pull: async (request) => {
          const token = await host.secret('env:ACME_TOKEN');
          host.log.debug({ token: Buffer.from(token).toString('hex') }, 'pulling');
          return pulling(instance)(request);
        },
      })),
  ],
  [
    'A-17',
    'puts the token into the detail of an error',
    (baseUrl) =>
      withParts(acme(baseUrl), (instance, host) => ({
        discover: async (request) => {
          try {
            return await (instance.discover as NonNullable<Parts['discover']>)(request);
          } catch (cause) {
            const detail = `GET /devices?token=${encodeURIComponent(await host.secret('env:ACME_TOKEN'))}`;
            throw new CaudalError('transient', 'no list', { detail, cause });
          }
        },
      })),
  ],
  [
    'A-18',
    'satisfied with any credentials',
    parts((instance) => ({
      check: async (request) => {
        await instance.check(request).catch(() => request.signal.throwIfAborted());
        return { ok: true, message: 'fine' };
      },
    })),
  ],
  [
    'A-19',
    'follows redirects with its secrets',
    (baseUrl) =>
      withParts(acme(baseUrl), (instance, host) => ({
        discover: async (request) => {
          await fetch(`${baseUrl}/devices`, {
            headers: { 'x-token': encodeURIComponent(await host.secret('env:ACME_TOKEN')) },
            signal: request.signal,
          }).catch(() => {});
          return (instance.discover as NonNullable<Parts['discover']>)(request);
        },
      })),
  ],
  [
    'P-01',
    'loses the first reading',
    parts((instance) => ({
      decode: (record, context) => {
        const decoded = instance.decode(record, context);
        return { ...decoded, readings: decoded.readings.slice(1) };
      },
    })),
  ],
  [
    'P-02',
    'numbers its readings',
    reading((one) => {
      decodings += 1;
      return { ...one, vendorId: String(decodings) };
    }),
  ],
  [
    'P-03',
    'trips over a null row',
    parts((instance) => ({
      decode: (record, context) => {
        if (Buffer.from(record.body).toString() === '{"data":null}') throw new TypeError('data is null');
        return instance.decode(record, context);
      },
    })),
  ],
  [
    'P-04',
    'marks the envelope',
    parts((instance) => ({
      decode: (record, context) => {
        Object.assign(record.envelope, { retained: false });
        return instance.decode(record, context);
      },
    })),
  ],
  [
    'P-05',
    'decodes only when started',
    parts((instance) => {
      let started = false;
      return {
        start: async (call) => {
          await instance.start?.(call);
          started = true;
        },
        decode: (record, context) => {
          if (!started) throw new CaudalError('bug', 'not started');
          return instance.decode(record, context);
        },
      };
    }),
  ],
  [
    'P-06',
    'reads a great number as infinite',
    reading((one) => (one.value === 1e300 ? { ...one, value: Infinity } : one)),
  ],
  ['P-07', 'reads null as zero', reading((one) => (one.raw === 'null' ? { ...one, value: 0 } : one))],
  [
    'P-08',
    'takes HTML for no data',
    pull(async (ask, request) => {
      try {
        return await ask(request);
      } catch (thrown) {
        if (isCaudalError(thrown) && thrown.kind === 'invalid-data') return { records: [] };
        throw thrown;
      }
    }),
  ],
  [
    'P-28',
    'cannot read what is handed in',
    parts((instance) => ({
      decode: (record, context) => {
        if (record.envelope.channel === 'manual') return { readings: [], problems: [{ reason: 'by hand' }] };
        return instance.decode(record, context);
      },
    })),
  ],
  [
    'P-10',
    'hides that it can discover',
    (baseUrl) =>
      withDefinition(acme(baseUrl), ({ capabilities: { discover: _hidden, ...capabilities } }) => ({ capabilities })),
  ],
  [
    'P-11',
    'a limit of no requests',
    (baseUrl) =>
      withDefinition(acme(baseUrl), ({ capabilities }) => ({
        capabilities: { ...capabilities, limits: [{ requests: 0, perMs: 60_000, per: 'credential' }] },
      })),
  ],
  [
    'P-12',
    'asks twice',
    pull(async (ask, request) => {
      const result = await ask(request);
      return result.page === undefined ? ask(request) : result;
    }),
  ],
  [
    'P-13',
    'repeats what failed',
    pull((ask, request) =>
      ask(request).catch((thrown: unknown) => {
        if (isCaudalError(thrown) && thrown.status === 503) return ask(request);
        throw thrown;
      }),
    ),
  ],
  [
    'P-14',
    'keeps the token in the path',
    (baseUrl) =>
      withParts(acme(baseUrl), (instance, host) => ({
        pull: async (request) => {
          const token = encodeURIComponent(await host.secret('env:ACME_TOKEN'));
          return enveloped(await pulling(instance)(request), { path: `/data?token=${token}` });
        },
      })),
  ],
  [
    'P-14',
    'keeps the token in its page, backwards',
    pull(async (ask, request) => {
      const { page, ...result } = await ask({
        ...request,
        ...(typeof request.page === 'string' ? { page: request.page.split(' ')[0] ?? '' } : {}),
      });
      const backwards = secrets['env:ACME_TOKEN'].split('').toReversed().join('');
      return page === undefined ? result : { ...result, page: `${JSON.stringify(page).slice(1, -1)} ${backwards}` };
    }),
  ],
  [
    'P-15',
    'asks for more than the vendor gives',
    pull(async (ask, request) => enveloped(await ask(request), { asked: { limit: request.limit } })),
  ],
  [
    'P-16',
    'goes on after nothing',
    pull(async (ask, request) => {
      const result = await ask(request);
      const [record] = result.records;
      return Buffer.from(record?.body ?? '').toString() === '{"data":[]}' ? { ...result, page: 'more' } : result;
    }),
  ],
  [
    'P-17',
    'a page that JSON changes',
    pull(async (ask, { page, ...request }) => {
      const next = (page as { next?: string } | undefined)?.next;
      const result = await ask(next === undefined ? request : { ...request, page: next });
      return result.page === undefined ? result : { ...result, page: { next: result.page, seen: undefined as never } };
    }),
  ],
  [
    'P-20',
    '403 is rejected',
    failing(
      (error) => error.status === 403,
      (error) => changed(error, { kind: 'rejected' }),
    ),
  ],
  [
    'P-21',
    'forgets Retry-After',
    failing(
      (error) => error.status === 429,
      (error) => changed(error, { retryAfterMs: undefined }),
    ),
  ],
  [
    'P-22',
    '502 is rejected',
    failing(
      (error) => error.status === 502,
      (error) => changed(error, { kind: 'rejected' }),
    ),
  ],
  ['P-23', 'a reset was not sent', failing(isAbout('ECONNRESET'), (error) => changed(error, { sent: 'no' }))],
  [
    'P-24',
    'a cut answer is bad data',
    failing(isAbout('UND_ERR_SOCKET'), (error) => changed(error, { kind: 'invalid-data' })),
  ],
  ['P-25', 'refused is perhaps sent', failing(isAbout('ECONNREFUSED'), (error) => changed(error, { sent: 'maybe' }))],
  ['P-26', 'failed TLS is perhaps sent', failing(isAbout('SELF_SIGNED'), (error) => changed(error, { sent: 'maybe' }))],
  [
    'P-27',
    'a time-out is transient',
    failing(
      (error) => error.kind === 'timeout',
      (error) => changed(error, { kind: 'transient' }),
    ),
  ],
  [
    'P-27',
    'gives up before it asks',
    (baseUrl) =>
      withParts(acme(baseUrl), (instance, _host, { timeoutMs }) => ({
        pull: async (request) => {
          if (timeoutMs < 100) throw new CaudalError('timeout', 'there is no time');
          return pulling(instance)(request);
        },
      })),
  ],
  [
    'P-30',
    'writes webhook bodies again',
    webhook((good) => ({
      ...good,
      accept: (request) => {
        const body = Buffer.from(JSON.stringify(JSON.parse(Buffer.from(request.body).toString()), null, 1));
        return good.accept({ ...request, body });
      },
    })),
  ],
  [
    'P-31',
    'lets unsigned requests in',
    webhook((good) => ({
      ...good,
      verify: (request, call) =>
        request.headers['x-signature'] === undefined ? undefined : good.verify(request, call),
    })),
  ],
  [
    'P-32',
    'knows the signature by heart',
    webhook((good) => ({
      ...good,
      verify: (request, call) =>
        request.headers['x-signature'] === options.webhook?.request.headers['x-signature']
          ? undefined
          : good.verify(request, call),
    })),
  ],
];

test.for(flaws)('%s fails alone: %s', async ([id, , plugin]) => {
  const soon = (baseUrl: string) => {
    const flawed = plugin(baseUrl);
    return configured(flawed.definition, { ...(flawed.config as object), timeoutMs: 15 } as never);
  };
  await expectFailures(providerConformance({ ...options, plugin, givesUpSoon: soon }), id);
});

const spinning = (when: (text: string) => boolean) =>
  parts((instance) => ({
    decode: (record, context) => {
      while (when(Buffer.from(record.body).toString()));
      return instance.decode(record, context);
    },
  }));

test.for<readonly [string, (baseUrl: string) => Acme]>([
  ['reads the digits of an exponent one by one', spinning((text) => text.includes('1e999999999'))],
  ['has a regular expression that goes back', spinning((text) => /"(\d+)*"/.test(text.replaceAll('!', '')))],
  ['never comes back from a good body', spinning((text) => text.includes('7.25'))],
])('P-09 fails alone and the suite ends: %s', async ([, plugin]) => {
  await expectFailures(providerConformance({ ...options, plugin, decodeBudgetMs: 500 }), 'P-09');
});

const record = (id: string, at: number, envelope: Partial<RawInput['envelope']>, body: object): RawRecord => ({
  id,
  receivedAt: at,
  body: Buffer.from(JSON.stringify(body)),
  envelope: { channel: 'webhook', device: 'logger-1', ...envelope },
});

const needy: ProviderConformanceOptions = {
  ...options,
  records: [
    record('names', from, { key: 'names-1' }, { names: ['level'], data: [row(1, 1)] }),
    record('data', from + 1, { needs: 'names-1' }, { data: [{ ...row(2, 7), variable: 0 }] }),
  ],
  readings: [
    { variable: 'level', value: 1 },
    { variable: 'level', value: 7 },
  ],
};

test('records that need another are decoded with it in every check', async () => {
  const { checks } = await runConformance(providerConformance(needy));
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  expect(checks.find(({ id }) => id === 'P-19')).toMatchObject({ status: 'passed' });
});

test('P-19 fails alone: makes up a name, or needs what nobody sent', async () => {
  const madeUp = parts((instance) => ({
    decode: (given, context) =>
      given.envelope.needs === undefined || context.needed !== undefined
        ? instance.decode(given, context)
        : { problems: [], readings: [{ device: 'unit-1', variable: '0', at: from, value: 7, raw: '7' }] },
  }));
  await expectFailures(providerConformance({ ...needy, plugin: madeUp }), 'P-19');
  const { checks } = await runConformance(
    providerConformance({ ...needy, records: needy.records?.toReversed() ?? [], readings: [] }),
  );
  expect(checks.find(({ id }) => id === 'P-19')?.status).toBe('passed');
  const { checks: lost } = await runConformance(
    providerConformance({ ...needy, records: needy.records?.slice(1) ?? [] }),
  );
  expect(lost.find(({ id }) => id === 'P-19')?.reason).toContain('no record before it has that key');
});
