import { expect, test } from 'vitest';
import { create, isPlugin, type RawRecord } from '@caudal/core';
import { tdata, type TdataConfig, tdataLoggers } from '@caudal/provider-tdata';
import { fakeHost, replies, startFaultServer } from '@caudal/testkit';

const auth = { type: 'login', username: 'reader@example.com', password: 'env:P' } as const;
const signal = new AbortController().signal;
const host = () => fakeHost({ secrets: { 'env:P': 'a password of this test' } });
const context = { settings: () => undefined, externalId: () => undefined };

// Values as published in production notes of the gateway; -2 and -5 are status codes of the logger.
const record: RawRecord = {
  id: 'r',
  receivedAt: 0,
  body: Buffer.from(
    JSON.stringify({
      input1Count: [{ ts: 1703123456789, value: '39764' }],
      ai1ActualValue: [{ ts: 1703123456789, value: '-2' }],
      ai2ActualValue: [{ ts: 1703123456789, value: '-5' }],
      level: [{ ts: 1703123456789, value: '-17.5' }],
    }),
  ),
  envelope: { channel: 'pull', asked: { devices: ['d'] } },
};

test('field failure 6: status codes are no readings, and their raw text is kept', () => {
  const { readings } = create(tdata({ auth }), host()).decode(record, context);
  expect(readings.map(({ value, code, raw }) => [value, code, raw])).toEqual([
    [39764, undefined, '39764'],
    [null, 'SENTINEL', '-2'],
    [null, 'SENTINEL', '-5'],
    [-17.5, undefined, '-17.5'],
  ]);
});

test('status codes can be switched off, for the instance and for a device', () => {
  const values = (config: Partial<TdataConfig>, settings?: { statusCodes: boolean }) =>
    create(tdata({ auth, ...config }), host())
      .decode(record, { ...context, settings: () => settings })
      .readings.map(({ value }) => value);
  expect(values({ statusCodes: false })).toEqual([39764, -2, -5, -17.5]);
  expect(values({}, { statusCodes: false })).toEqual([39764, -2, -5, -17.5]);
  expect(values({ statusCodes: false }, { statusCodes: true })).toEqual([39764, null, null, -17.5]);
});

test.each([
  ['gateway', {}, '/login', 'authorization', '/telemetry/DEVICE/d/values/timeseries?keys=input1Count'],
  [
    'native',
    { dialect: 'native' },
    '/api/auth/login',
    'x-authorization',
    '/api/plugins/telemetry/DEVICE/d/values/timeseries?keys=input1Count',
  ],
] as const)('the %s dialect has its own paths and header', async (_name, config, login, header, target) => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({}));
  server.reply(login, replies.json({ token: 'a-token-of-this-test' }));
  const instance = create(tdata({ auth, baseUrl: server.url, ...config }), host());
  const device = { id: 'o', externalId: 'd', settings: {}, variables: [{ name: 'input1Count', settings: {} }] };
  await instance.pull!({ devices: [device], limit: 10, signal });
  await instance.close?.();
  expect(server.requests.map((request) => request.target)).toEqual([login, target]);
  expect(server.requests[1]?.headers[header]).toBe('Bearer a-token-of-this-test');
});

test('field failure 17: the table says where an input comes from, never whether it is flow or level', () => {
  expect(tdataLoggers.ric3d.map(({ name }) => name)).toEqual(['input1Count', 'ai1ActualValue', 'ai2ActualValue']);
  for (const { meaning } of tdataLoggers.ric3d) expect(meaning).not.toMatch(/flow|level/i);
});

test('field failure 20: configuration is checked before anything runs', () => {
  expect(isPlugin(tdata({ auth }))).toBe(true);
  for (const config of [{}, { auth: { type: 'login' } }, { auth, dialect: 'mars' }, { auth, password: 'x' }])
    expect(() => create(tdata(config as never), host())).toThrow(expect.objectContaining({ kind: 'config' }));
});
