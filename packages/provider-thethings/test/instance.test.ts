import { expect, test } from 'vitest';
import { type Call, create, type Instance, isPlugin, open, type ProviderInstance } from '@caudal/core';
import { thethings } from '@caudal/provider-thethings';
import { startTheThings } from '@caudal/simulators';
import { fakeHost, replies, startFaultServer, virtualClock } from '@caudal/testkit';
import { device, everyFormOf, secrets, token } from './thing.ts';

const signal = new AbortController().signal;
const start = Date.UTC(2026, 6, 6, 12);

const world = async () => {
  const clock = virtualClock(start);
  const server = await startTheThings({ clock });
  const thing = server.addThing({ token });
  const instance = await open(thethings({ baseUrl: server.url }), fakeHost({ clock, secrets }));
  return {
    server,
    thing,
    instance,
    async [Symbol.asyncDispose]() {
      await instance.close?.();
      await server.close();
    },
  };
};

test('field failure 20: configuration is checked before anything runs', () => {
  for (const config of [
    { baseUrl: 'nonsense' },
    { pageSize: 0 },
    { latest: 'newest' },
    { limitPattern: '(' },
    { token: 'env:X' },
    { stream: { keepAlive: 1 } },
  ])
    expect(() => create(thethings(config as never), fakeHost())).toThrow(
      expect.objectContaining({ kind: 'config', sent: 'no' }),
    );
  expect(isPlugin(thethings())).toBe(true);
});

test('field failure 15: ranges are read, because the platform has them; a page holds what the configuration says', () => {
  expect(thethings().definition.capabilities.pull).toEqual({
    scope: 'variable',
    by: 'time',
    range: true,
    maxLimit: 100,
  });
  expect(thethings({ pageSize: 500 }).definition.capabilities.pull?.maxLimit).toBe(500);
});

test('check: a token that works, one that is refused, and a thing without data', async () => {
  await using here = await world();
  expect(await here.instance.check({ device: device(), signal })).toMatchObject({
    ok: true,
    message: expect.stringContaining('nothing was written yet') as string,
  });
  here.thing.add([{ key: 'a', value: 1, datetime: start }]);
  expect(await here.instance.check({ device: device(), signal })).toEqual({
    ok: true,
    message: 'the thing token works',
  });
  here.thing.token = 'replaced-token';
  const refused = await here.instance.check({ device: device(), signal });
  expect(refused.ok).toBe(false);
  for (const form of everyFormOf(token)) expect(refused.message).not.toContain(form);
  expect(await here.instance.check({ signal })).toMatchObject({ ok: true });
});

test.each([
  [90_000, '90 s ahead of ours'],
  [-7_200_000, '7200 s behind ours'],
])('check tells of a clock that is %i ms away', async (skew, says) => {
  await using here = await world();
  here.server.clockSkewMs = skew;
  expect((await here.instance.check({ device: device(), signal })).message).toContain(says);
  expect(here.server.requests.at(-1)).toMatchObject({
    path: '/v2/utils/date',
    query: 'format=unix_timestamp&thingToken=%7Btoken%7D',
  });
});

test('a clock that cannot be asked takes nothing from the answer about the token', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json([]));
  for (const reply of [replies.reset, replies.answer(500), replies.json({ status: 'error', code: 401 }, 401)]) {
    server.reply('/utils/date', reply);
    await using instance = await open(thethings({ baseUrl: server.url }), fakeHost({ secrets }));
    expect(await instance.check({ device: device(), signal })).toEqual({ ok: true, message: 'the thing token works' });
  }
});

test('field failure 12: discover gives keys with their last values, and the contact over all of them', async () => {
  await using here = await world();
  here.thing.add([
    { key: 'pulsos', value: 276_102, datetime: start - 7_200_000 },
    { key: 'pulsos', value: 276_166, datetime: start - 3_600_000 },
    { key: 'nivel', value: '12.30', datetime: start - 60_000 },
    { key: 'estado', value: { bomba: true }, datetime: start - 120_000 },
  ]);
  const found = await here.instance.discover!({ devices: [device()], signal });
  expect(found.devices).toEqual([{ externalId: 'well-1', lastContact: start - 60_000 }]);
  expect(found.variables).toEqual([
    { device: 'well-1', name: 'pulsos', last: { at: start - 3_600_000, raw: '276166' } },
    { device: 'well-1', name: 'nivel', last: { at: start - 60_000, raw: '12.30' } },
    { device: 'well-1', name: 'estado', last: { at: start - 120_000, raw: '{"bomba":true}' } },
  ]);
});

test('field failure 16: the newest value is found by its time, whatever the order of the answer', async () => {
  await using server = await startFaultServer();
  const item = (value: number, datetime: string) => ({ key: 'a', value, datetime });
  server.reply(
    '*',
    replies.json([
      item(1, '2026-07-06T10:00:00Z'),
      item(3, '2026-07-06T12:00:00Z'),
      item(2, '2026-07-06T11:00:00Z'),
      { value: 9, datetime: '2026-07-06T13:00:00Z' },
    ]),
  );
  await using instance = await open(thethings({ baseUrl: server.url }), fakeHost({ secrets }));
  expect(await instance.discover!({ devices: [device()], signal })).toEqual({
    devices: [{ externalId: 'well-1', lastContact: start }],
    variables: [{ device: 'well-1', name: 'a', last: { at: start, raw: '3' } }],
  });
});

test('field failure 19: a thing that was never written is found, without contact and without variables', async () => {
  await using here = await world();
  expect(await here.instance.discover!({ devices: [device()], signal })).toEqual({
    devices: [{ externalId: 'well-1' }],
    variables: [],
  });
});

type Calls = readonly [string, (instance: ProviderInstance, call: Call) => Promise<unknown>];
const calls: readonly Calls[] = [
  ['pull', (instance, call) => instance.pull!({ devices: [device('a')], limit: 1, ...call })],
  ['discover', (instance, call) => instance.discover!({ devices: [device('a')], ...call })],
  ['check', (instance, call) => instance.check({ device: device('a'), ...call })],
  [
    'subscribe',
    (instance, call) =>
      instance.subscribe!({ devices: [device('a')], connected() {}, emit: () => Promise.resolve(), ...call }),
  ],
];

/** Everything that an outcome could give away, also what JSON leaves out. */
const everythingIn = (value: unknown, seen = new Set<unknown>()): string => {
  if (typeof value !== 'object' || value === null || seen.has(value)) return String(value);
  seen.add(value);
  return Reflect.ownKeys(value)
    .map((key) => everythingIn((value as Record<PropertyKey, unknown>)[key], seen))
    .join('\n');
};

/** Answers that repeat what they were sent, and connections that break: the ways in which a token in the path gets out. */
const spills = [
  replies.reset,
  replies.cut(),
  ...[200, 400, 401, 403, 404, 429, 500].map((status) =>
    replies.answer(status, `{"status":"error","code":${status},"message":"${encodeURIComponent(token)} ${token}"}`),
  ),
  replies.answer(200, `<html>${token}</html>`, { 'content-type': 'text/html' }),
  replies.answer(200, `${token} ${encodeURIComponent(token)}`),
  replies.redirect(`http://127.0.0.1:9/things/${encodeURIComponent(token)}`),
];

test.each(calls)('field failure 13: no way in which %s fails gives the token away', async (_name, run) => {
  await using server = await startFaultServer();
  const host = fakeHost({ secrets });
  await using instance = await open(thethings({ baseUrl: server.url }), host);
  const outcomes: unknown[] = [];
  for (const reply of spills) {
    server.reply('*', reply);
    const outcome = await run(instance, { signal }).catch((error: unknown) => error);
    outcomes.push(outcome);
  }
  await using refused: ProviderInstance & AsyncDisposable = await open(
    thethings({ baseUrl: 'http://127.0.0.1:9' }),
    host,
  );
  outcomes.push(await run(refused, { signal }).catch((error: unknown) => error));
  expect(server.requests.length).toBeGreaterThanOrEqual(spills.length);
  for (const outcome of outcomes) {
    const { records = [] } = (outcome ?? {}) as { records?: { envelope: unknown }[] };
    const shown = everythingIn(records.length > 0 ? records.map(({ envelope }) => envelope) : outcome);
    for (const form of everyFormOf(token)) expect(shown).not.toContain(form);
  }
  for (const form of everyFormOf(token)) expect(JSON.stringify(host.logs)).not.toContain(form);
});

test('closing twice is safe', async () => {
  const instance: Instance = create(thethings(), fakeHost());
  await instance.close?.();
  await instance.close?.();
});
