import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  closedObject,
  configured,
  defineComplianceTarget,
  defineNotifier,
  defineProvider,
  CaudalError,
  type RawRequest,
  type ReportSubmission,
  schemaOf,
  type ServeCall,
  Type,
} from '@caudal/core';
import { createRuntime } from '@caudal/runtime';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openServices } from '../process/services.ts';
import { booksOf } from '../../src/operate/books.ts';
import { handClock, inFolder } from '../store/files.ts';
import { hour, submission, t0 } from '../store/rows.ts';

type Serve = (request: RawRequest, call: ServeCall) => Promise<{ status: number; body?: string }>;

/** A regulator that owes its work to the test: hourly slots, one parameter. */
const regulator = (serve: Serve | undefined) =>
  configured(
    defineComplianceTarget({
      id: 'asks',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      work: schemaOf(closedObject({ process: Type.Optional(Type.String()) })),
      member: schemaOf(closedObject({ name: Type.Optional(Type.String()) })),
      profile: {
        regulator: 'asks',
        utcOffsetMinutes: -240,
        variants: { only: { parameters: { flow: { unit: 'L/s', required: true, decimals: 2, description: 'Flow' } } } },
        standards: {
          hourly: { every: 'hour', dueMs: hour, maxLag: { ms: 30 * 24 * hour }, delivery: 'online' },
        },
        naturalKey: ['work', 'slot'],
        duplicateMeans: 'received',
        readBack: false,
        resend: 'never',
        backlogSpacing: { ms: 0, per: 'work' },
        flags: { 1: 'send', 2: 'send', 3: 'send', 4: 'send', 9: 'missing' },
        completeness: 'any',
        submissionsPerRequest: 1,
      },
      create: () => ({
        validate: () => [],
        render: () => ({
          method: 'POST',
          url: 'http://127.0.0.1:9',
          headers: {},
          body: '',
          mediaType: 'text/plain',
          slots: [],
        }),
        submit: async () => {
          throw new CaudalError('transient', 'nobody is there', { sent: 'no' });
        },
        check: async () => ({ ok: true, message: 'works' }),
        ...(serve === undefined ? {} : { serve }),
      }),
    }),
    {},
  );

const heard: RawRequest[] = [];
const reports = () =>
  configured(
    defineNotifier({
      id: 'reports',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      address: schemaOf(closedObject({})),
      capabilities: { channel: 'test', attachments: false, idempotent: true },
      create: () => ({
        send: async () => ({ externalId: '1' }),
        delivery: {
          verify(request) {
            heard.push(request);
            if (request.headers['x-key'] !== 'right') throw new CaudalError('auth', 'the key is not hunter2');
          },
          accept: () => ({ events: [], response: { status: 202, body: 'noted' } }),
        },
        check: async () => ({ ok: true, message: 'works' }),
      }),
    }),
    {},
  );

const hook = () =>
  configured(
    defineProvider({
      id: 'hook',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: { webhook: true, limits: [] },
      create: () => ({
        webhook: {
          verify(request) {
            heard.push(request);
          },
          accept: () => ({ records: [], response: { status: 204 } }),
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode: () => ({ readings: [], problems: [] }),
      }),
    }),
    {},
  );

const data = {
  points: [{ id: 'well', name: 'well', kind: 'well' as const, series: { flow: {} } }],
  obligations: [
    {
      id: 'owed',
      target: 'asks',
      work: { code: 'W-1', settings: { process: 'p' } },
      standard: 'hourly',
      from: new Date(t0).toISOString(),
      members: { flow: { series: 'well/flow', settings: { name: 'Caudal' } } },
    },
  ],
};

const withRuntime = async (
  serve: Serve,
  work: (database: string, url: string) => Promise<void>,
  http: object = {},
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-mounts-'));
  writeFileSync(join(folder, 'data.yaml'), stringify(data));
  const runtime = await createRuntime({
    database: join(folder, 'caudal.db'),
    data: [join(folder, 'data.yaml')],
    providers: { hook: hook() },
    targets: { asks: regulator(serve), mute: regulator(undefined) },
    notifiers: { reports: reports() },
    http: { port: 0, maxRegulatorBytes: 2000, ...http },
    log: { console: false },
    drainSeconds: 1,
  });
  try {
    await runtime.start();
    await work(join(folder, 'caudal.db'), runtime.url as string);
  } finally {
    await runtime.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a regulator is answered by its target, with the works of that target; both are in the audit by their hashes', async () => {
  const asked: { request: RawRequest; works: ServeCall['works'] }[] = [];
  const serve: Serve = async (request, call) => {
    asked.push({ request, works: call.works });
    return { status: 200, body: `seen by ${request.headers['x-who']}` };
  };
  await withRuntime(serve, async (path, url) => {
    const answer = await fetch(`${url}/regulators/asks/api/v1/day%202?x=1`, {
      method: 'PUT',
      body: new Uint8Array([0, 255, 10]),
      headers: { 'x-who': 'somebody', 'content-type': 'application/json' },
    });
    expect([answer.status, await answer.text()]).toEqual([200, 'seen by somebody']);
    expect(asked[0]?.request).toMatchObject({ method: 'PUT', path: '/api/v1/day%202', query: 'x=1' });
    expect([...(asked[0]?.request.body ?? [])]).toEqual([0, 255, 10]);
    expect(asked[0]?.works).toEqual([
      { code: 'W-1', settings: { process: 'p' }, members: { flow: { name: 'Caudal' } } },
    ]);
    expect((await fetch(`${url}/regulators/asks`)).status).toBe(200);
    expect(asked[1]?.request.path).toBe('/');
    const database = new DatabaseSync(path, { readOnly: true });
    const trail = database
      .prepare(
        `SELECT entry ->> 'actor' AS actor, entry ->> 'act' AS act, entry ->> 'subject' AS subject, entry ->> 'hash' AS hash
         FROM audit WHERE entry ->> 'subject' = 'target:asks' ORDER BY seq LIMIT 2`,
      )
      .all();
    database.close();
    const what = 'PUT /api/v1/day%202';
    const by = { actor: 'regulator:asks', subject: 'target:asks' };
    expect(trail).toEqual([
      {
        ...by,
        act: `asked ${what}`,
        hash: sha256(Buffer.concat([Buffer.from(`${what}?x=1\n`), Buffer.from([0, 255, 10])])),
      },
      { ...by, act: `was answered 200 to ${what}`, hash: sha256(Buffer.from('seen by somebody')) },
    ]);
    expect((await fetch(`${url}/regulators/mute/api`)).status).toBe(404);
    expect((await fetch(`${url}/regulators/nobody/api`)).status).toBe(404);
  });
});

test('what a target throws, or takes too long over, is answered by a number alone', async () => {
  const serve: Serve = async ({ path }) => {
    if (path === '/hang') await new Promise(() => undefined);
    throw new Error('the password is hunter2');
  };
  await withRuntime(
    serve,
    async (_database, url) => {
      const thrown = await fetch(`${url}/regulators/asks/throw`);
      expect([thrown.status, await thrown.text()]).toEqual([500, '']);
      const hung = await fetch(`${url}/regulators/asks/hang`);
      expect([hung.status, await hung.text()]).toEqual([500, '']);
    },
    { regulatorTimeoutMs: 200 },
  );
});

test('bodies have a limit of their own at each mount, and too many requests of one regulator wait outside', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  let entered = 0;
  let bothIn = () => {};
  const both = new Promise<void>((resolve) => (bothIn = resolve));
  const serve: Serve = async ({ path }) => {
    if (path === '/wait') {
      entered += 1;
      if (entered === 2) bothIn();
      await gate;
    }
    return { status: 200 };
  };
  await withRuntime(
    serve,
    async (_database, url) => {
      const post = (path: string, bytes: number) =>
        fetch(`${url}${path}`, { method: 'POST', body: Buffer.alloc(bytes) }).then(({ status }) => status);
      expect(await post('/regulators/asks/x', 2000)).toBe(200);
      expect(await post('/regulators/asks/x', 2001)).toBe(413);
      expect(await post('/webhooks/hook', 2001)).toBe(204);
      const waiting = [post('/regulators/asks/wait', 1), post('/regulators/asks/wait', 1)];
      await both;
      expect(await post('/regulators/asks/x', 1)).toBe(503);
      release();
      expect(await Promise.all(waiting)).toEqual([200, 200]);
      expect(await post('/regulators/asks/x', 1)).toBe(200);
    },
    { regulatorRequests: 2 },
  );
});

test('reports of a channel come to its notifier as they were sent, and who is refused learns nothing', async () => {
  heard.length = 0;
  await withRuntime(
    async () => ({ status: 200 }),
    async (_database, url) => {
      const post = (instance: string, key: string, body = 'a=1&b=%20') =>
        fetch(`${url}/deliveries/${instance}`, {
          method: 'POST',
          body,
          headers: { 'x-key': key, 'content-type': 'application/x-www-form-urlencoded' },
        });
      const taken = await post('reports', 'right');
      expect([taken.status, await taken.text()]).toEqual([202, 'noted']);
      expect(Buffer.from(heard[0]?.body ?? []).toString()).toBe('a=1&b=%20');
      expect(heard[0]).toMatchObject({ path: '/deliveries/reports', headers: { host: 'water.example.org' } });
      const refused = await post('reports', 'wrong');
      expect([refused.status, await refused.text()]).toEqual([401, '']);
      expect((await post('nobody', 'right')).status).toBe(404);
      expect((await post('reports', 'right', 'x'.repeat(501))).status).toBe(413);
    },
    { publicUrl: 'https://water.example.org', maxDeliveryBytes: 500 },
  );
});

test('a webhook is shown at the address that its sender knows', async () => {
  heard.length = 0;
  await withRuntime(
    async () => ({ status: 200 }),
    async (_database, url) => {
      await fetch(`${url}/webhooks/hook?a=1`, { method: 'POST', body: 'x' });
      expect(heard[0]).toMatchObject({
        path: '/caudal/webhooks/hook',
        query: 'a=1',
        headers: { host: 'water.example.org', 'x-forwarded-proto': 'https' },
      });
    },
    { publicUrl: 'https://water.example.org/caudal/' },
  );
});

test('the books show every slot with the values that were chosen, oldest first, page after page', () =>
  inFolder(async (folder) => {
    const services = await openServices(join(folder, 'store'), data, handClock(), {
      targets: { asks: regulator(undefined) },
    });
    try {
      const count = 1203;
      const rows = Array.from({ length: count }, (_, index) =>
        submission(`s${index}`, t0 + index * hour, { obligation: 'owed', target: 'asks', work: 'W-1' }),
      );
      await services.store.write.expectSubmissions([
        ...rows.toReversed(),
        submission('elsewhere', t0, { obligation: 'other', target: 'asks', work: 'W-2' }),
        submission('another', t0 + 1, { obligation: 'third', target: 'another', work: 'W-1' }),
      ]);
      const chosen: ReportSubmission = {
        id: 's7',
        slot: t0 + 7 * hour,
        values: { flow: { value: '1.50', at: t0 + 7 * hour, flag: 1 } },
      };
      await services.store.write.changeSubmissions([
        {
          id: 's7',
          epoch: 0,
          state: 'due',
          nextAt: t0,
          report: { work: { code: 'W-1', settings: {} }, members: {}, submissions: [chosen] },
        },
      ]);
      const { history } = booksOf(services, 'asks');
      const all = await history('W-1', { from: t0, to: t0 + 2000 * hour });
      expect(all.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      expect(all[7]).toEqual(chosen);
      expect(all[8]?.values).toEqual({ flow: { value: null, at: null, flag: 9 } });
      expect((await history('W-1', { from: t0 + hour, to: t0 + 3 * hour })).map(({ id }) => id)).toEqual(['s1', 's2']);
      expect(await history('W-9', { from: t0, to: t0 + hour })).toEqual([]);
    } finally {
      await services.close();
    }
  }));

test('a webhook takes what its instance may send, and where a key is wanted, from who has it', async () => {
  heard.length = 0;
  const secret = 'k'.repeat(40);
  await withRuntime(
    async () => ({ status: 200 }),
    async (_database, url) => {
      const post = async (size: number, headers: Record<string, string> = {}) =>
        (await fetch(`${url}/webhooks/hook`, { method: 'POST', body: 'x'.repeat(size), headers })).status;
      expect(await post(1)).toBe(401);
      expect(await post(1, { 'x-api-key': `ck_${secret}` })).toBe(401);
      expect(await post(101)).toBe(413);
      expect(heard).toEqual([]);
    },
    { webhooks: { hook: { maxBodyBytes: 100, key: true } } },
  );
});
