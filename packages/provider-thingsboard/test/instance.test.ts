import { expect, test } from 'vitest';
import { create } from '@caudal/core';
import { thingsboard } from '@caudal/provider-thingsboard';
import { fakeHost, replies, startFaultServer } from '@caudal/testkit';
import { device, login, password, secrets, signal, start, thrown, uuid, vendor } from './vendor.ts';

const ask = { devices: [device(['a'])], limit: 10, signal };

test.each([
  ['an API key', { type: 'apiKey', key: 'env:TB_KEY' }, {}],
  [
    'a header of any name',
    { type: 'header', name: 'X-API-Key', secret: 'env:TB_KEY' },
    { 'X-API-Key': secrets['env:TB_KEY'] },
  ],
] as const)('%s opens everything without a login', async (_name, auth, staticHeaders) => {
  await using service = await vendor({ auth }, { staticHeaders, ...(auth.type === 'header' ? { apiKeys: [] } : {}) });
  await service.instance.pull!(ask);
  expect(service.simulator.logins).toBe(0);
});

test('a token is used until a minute before it runs out, or for the assumed time where it does not say', async () => {
  for (const [opaqueTokens, usedMs] of [
    [false, 8_940_000],
    [true, 3_240_000],
  ] as const) {
    await using service = await vendor({}, { opaqueTokens });
    await service.instance.pull!(ask);
    await service.clock.advance(usedMs - 1000);
    await service.instance.pull!(ask);
    expect(service.simulator.logins).toBe(1);
    await service.clock.advance(1000);
    await service.instance.pull!(ask);
    expect(service.simulator.logins).toBe(2);
  }
});

test('a wrong password never locks the user: one try, and then it rests', async () => {
  await using service = await vendor({}, { users: [{ username: login.username, password: 'another' }], lockAfter: 3 });
  for (let n = 0; n < 10; n += 1)
    expect(await thrown(service.instance.pull!(ask))).toMatchObject({ kind: 'auth', scope: 'credential' });
  expect(service.simulator.logins).toBe(1);
});

test.each([
  [401, 15, 'User password expired!', { kind: 'auth', scope: 'credential' }],
  [403, 20, "You don't have permission to perform this operation!", { kind: 'auth', scope: 'device' }],
  [400, 31, 'Invalid UUID string: x', { kind: 'rejected', scope: 'device' }],
  [413, 31, 'Too large', { kind: 'invalid-data', scope: 'device' }],
  [429, 34, 'Too many updates', { kind: 'rate-limit', scope: 'instance' }],
  [500, 2, 'Database error', { kind: 'transient', scope: 'instance' }],
])('a refusal %i with code %i is one request and its meaning', async (status, errorCode, message, expected) => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({ status, message, errorCode, timestamp: start }, status));
  server.reply('/api/auth/login', replies.json({ token: 'a-token-of-this-test' }));
  const instance = create(thingsboard({ baseUrl: server.url, auth: login }), fakeHost({ secrets }));
  const error = await thrown(instance.pull!(ask));
  await instance.close?.();
  expect(error).toMatchObject({ ...expected, status });
  expect(server.requests).toHaveLength(2);
});

test.each([
  ['message', '{"message":"no such thing"}'],
  ['error', '{"error":"no such thing"}'],
  ['detail', '{"detail":"no such thing"}'],
  ['plain text', 'no such thing'],
])('field failure 13: words of a gateway under %s are told, without the secrets in them', async (_name, body) => {
  await using server = await startFaultServer();
  server.reply('*', replies.answer(403, body.replace('thing', `thing for ${password}`)));
  server.reply('/login', replies.json({ token: 'a-token-of-this-test' }));
  const instance = create(thingsboard({ baseUrl: server.url, auth: login, dialect: 'gateway' }), fakeHost({ secrets }));
  const error = await thrown(instance.pull!(ask));
  await instance.close?.();
  expect(error.message).toContain('no such thing');
  expect(error.message + JSON.stringify(error)).not.toContain(password);
});

test('discover lists every page of devices or assets, and the keys of those given with their newest value', async () => {
  const entities = [
    ...Array.from({ length: 230 }, (_, n) => ({ name: `Well ${n}` })),
    { id: uuid, type: 'ASSET' as const, name: 'Field' },
  ];
  await using wells = await vendor({}, { entities });
  expect((await wells.instance.discover!({ devices: [], signal })).devices).toHaveLength(230);
  await using fields = await vendor({ entityType: 'ASSET' }, { entities });
  fields.simulator.entities.at(-1)?.add([{ key: 'level', ts: start, value: '1.50' }]);
  expect(await fields.instance.discover!({ devices: [device(['level'])], signal })).toEqual({
    devices: [{ externalId: uuid, name: 'Field' }],
    variables: [{ device: uuid, name: 'level', last: { at: start, raw: '1.50' } }],
  });
});

test('check says what a device sends and what it never sent; a refusal is an answer', async () => {
  await using service = await vendor();
  service.entity.add([{ key: 'a', ts: start, value: 1 }]);
  const known = await service.instance.check({ device: device(['a', 'b']), signal });
  expect(known).toMatchObject({ ok: true, message: expect.stringContaining('never sent b') as string });
  expect(await service.instance.check({ signal })).toMatchObject({ ok: true });
  const unknown = { ...device(['a']), externalId: '784f394c-42b6-11ee-be56-0242ac120009' };
  expect(await service.instance.check({ device: unknown, signal })).toMatchObject({ ok: false });
});

test.each([['flat'], ['timed']] as const)('a rule chain that posts %s bodies is understood', async (shape) => {
  await using service = await vendor({ webhook: { secret: 'env:TB_PUSH', devices: { 'Well 1': uuid } } });
  await using server = await startFaultServer();
  const samples = [{ key: 'level', ts: start, value: 7.5 }];
  const headers = { 'x-caudal-secret': 'push' };
  await service.simulator.push(uuid, samples, { url: `${server.url}/hook`, shape, headers });
  const [came] = server.requests;
  const { records } = service.instance.webhook!.accept({
    method: 'POST',
    path: '/hook',
    query: '',
    headers: came!.headers,
    body: came!.body,
    receivedAt: start,
  });
  const { readings } = service.instance.decode(
    { ...records[0]!, id: 'r', receivedAt: start },
    { settings: () => undefined, externalId: () => undefined },
  );
  expect(readings).toEqual([{ device: uuid, variable: 'level', at: start, value: 7.5, raw: '7.5' }]);
});
