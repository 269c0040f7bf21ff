import { expect, test } from 'vitest';
import { create, type DeviceRef, isPlugin, open, type RawRequest } from '@caudal/core';
import { tago, tagoDefinition } from '@caudal/provider-tago';
import { fakeHost } from '@caudal/testkit';
import { dataOf, serve } from './tago-server.ts';

const signal = new AbortController().signal;
const secrets = { 'env:DEVICE': 'device-token', 'env:ACCOUNT': 'account-token', 'env:PUSH': 'push-secret' };
const device: DeviceRef<object, object> = {
  id: 'ours',
  externalId: 'd',
  credential: 'env:DEVICE',
  settings: {},
  variables: [],
};

test('row 20: configuration is checked before anything runs', () => {
  for (const config of [
    { region: 'mars' },
    { baseUrl: 'nonsense' },
    { region: 'eu-w1', baseUrl: 'https://x' },
    { token: 'a-literal-token' },
    { tokens: 'env:X' },
  ]) {
    expect(() => create(tago(config as never), fakeHost())).toThrow(
      expect.objectContaining({ kind: 'config', sent: 'no' }),
    );
  }
  expect(isPlugin(tago())).toBe(true);
});

test('limits are those of the plan, in whole clock minutes, shared by all devices', () => {
  expect(tagoDefinition('scale').capabilities.limits).toEqual([
    { requests: 15_000, perMs: 60_000, per: 'instance', clockAligned: true },
  ]);
  expect(tago().definition.capabilities.limits[0]?.requests).toBe(250);
});

test.each([
  ['works', { status: true, result: { id: 'd' } }, 200, true, 'knows device d'],
  ['belongs to a replaced logger', { status: true, result: { id: 'other' } }, 200, false, 'belongs to device other'],
  ['is refused', { status: false, message: 'Authorization Denied' }, 401, false, 'token was refused'],
])('check of a device: its token %s', async (_name, body, status, ok, says) => {
  await using server = await serve(() => ({ status, body }));
  await using instance = await open(tago({ baseUrl: server.url }), fakeHost({ secrets }));
  const result = await instance.check({ device, signal });
  expect(result.ok).toBe(ok);
  expect(result.message).toContain(says);
  expect(server.asked.map(({ url }) => url.pathname)).toEqual(['/info']);
});

test('check of the instance: asks with the account token where there is one', async () => {
  await using server = await serve(() => ({ body: { status: true, result: [] } }));
  const host = fakeHost({ secrets });
  await using alone = await open(tago({ baseUrl: server.url }), host);
  expect((await alone.check({ signal })).ok).toBe(true);
  expect(server.asked).toHaveLength(0);
  await using account = await open(tago({ baseUrl: server.url, token: 'env:ACCOUNT' }), host);
  expect((await account.check({ signal })).ok).toBe(true);
  expect(server.asked[0]?.url.pathname).toBe('/device');
});

test('discover: every page of the account, and the variables of a device with their newest value', async () => {
  const devices = Array.from({ length: 150 }, (_value, index) => ({
    id: `d${index}`,
    name: `Well ${index}`,
    last_input: '2026-07-05T22:00:00Z',
  }));
  const item = (variable: string, value: string, time: string) =>
    `{"variable":"${variable}","value":${value},"unit":"m3","time":"${time}"}`;
  await using server = await serve(({ url }) => {
    const page = Number(url.searchParams.get('page'));
    if (url.pathname === '/device')
      return { body: { status: true, result: devices.slice((page - 1) * 100, page * 100) } };
    return {
      body: `{"status":true,"result":[${[item('a', '1.50', '2026-07-05T22:00:00Z'), item('a', '1.40', '2026-07-05T21:00:00Z'), item('b', '"x"', '2026-07-05T22:00:00Z')].join()}]}`,
    };
  });
  await using instance = await open(tago({ baseUrl: server.url, token: 'env:ACCOUNT' }), fakeHost({ secrets }));
  const found = await instance.discover!({ devices: [device], signal });
  expect(found.devices).toHaveLength(150);
  expect(found.devices[0]).toEqual({ externalId: 'd0', name: 'Well 0', lastContact: Date.UTC(2026, 6, 5, 22) });
  expect(found.variables).toEqual([
    { device: 'd', name: 'a', unit: 'm3', last: { at: Date.UTC(2026, 6, 5, 22), raw: '1.50' } },
    { device: 'd', name: 'b', unit: 'm3', last: { at: Date.UTC(2026, 6, 5, 22), raw: 'x' } },
  ]);
});

test('discover without an account token: devices name themselves; without devices it says what is missing', async () => {
  await using server = await serve(({ url }) =>
    url.pathname === '/info'
      ? { body: { status: true, result: { id: 'd', name: 'Well' } } }
      : dataOf([])({ url, headers: {} }),
  );
  await using instance = await open(tago({ baseUrl: server.url }), fakeHost({ secrets }));
  expect(await instance.discover!({ devices: [device], signal })).toEqual({
    devices: [{ externalId: 'd', name: 'Well' }],
    variables: [],
  });
  await expect(instance.discover!({ devices: [], signal })).rejects.toMatchObject({ kind: 'config' });
});

const push = (headers: Record<string, string>): RawRequest => ({
  method: 'POST',
  path: '/hooks/unguessable-path',
  query: '',
  headers,
  body: Buffer.from('[{"device":"d","variable":"v","value":1.10,"time":"2026-07-05T22:00:00Z"}]'),
  receivedAt: 0,
});

test('webhook: only with the shared secret', async () => {
  const host = fakeHost({ secrets });
  await using instance = await open(tago({ webhook: { secret: 'env:PUSH', header: 'X-Own' } }), host);
  const verify = async (headers: Record<string, string>) => instance.webhook!.verify(push(headers), { signal });
  await expect(verify({ 'x-own': 'push-secret' })).resolves.toBeUndefined();
  for (const headers of [{}, { 'x-own': '' }, { 'x-own': 'push-secre' }, { 'x-caudal-secret': 'push-secret' }])
    await expect(verify(headers as Record<string, string>)).rejects.toMatchObject({ kind: 'auth' });
  await using closed = await open(tago(), host);
  await expect(
    (async () => closed.webhook!.verify(push({ 'x-caudal-secret': '' }), { signal }))(),
  ).rejects.toMatchObject({ kind: 'config' });
});

test('fixture: webhook batch with TagoIO-Retries is kept byte for byte, marked as a repetition, answered 200', async () => {
  await using instance = await open(tago({ webhook: { secret: 'env:PUSH' } }), fakeHost({ secrets }));
  const request = push({ 'tagoio-retries': '2', 'content-type': 'application/json', 'x-caudal-secret': 'push-secret' });
  const { records, response } = instance.webhook!.accept(request);
  expect(response.status).toBe(200);
  expect(records).toEqual([
    {
      body: request.body,
      envelope: {
        channel: 'webhook',
        contentType: 'application/json',
        headers: { 'tagoio-retries': '2' },
        duplicate: true,
      },
    },
  ]);
  const { readings } = instance.decode(
    { ...records[0]!, id: 'r', receivedAt: 0 },
    { settings: () => undefined, externalId: () => undefined },
  );
  expect(readings).toMatchObject([{ device: 'd', variable: 'v', raw: '1.10', value: 1.1 }]);
  expect(instance.webhook!.accept(push({})).records[0]?.envelope.duplicate).toBeUndefined();
});
