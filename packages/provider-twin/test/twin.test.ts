import { expect, test } from 'vitest';
import { create } from '@caudal/core';
import { twin } from '@caudal/provider-twin';
import { fakeHost, replies, startFaultServer } from '@caudal/testkit';

test('Twin is T>Data under its other name: gateway paths and status codes', async () => {
  await using server = await startFaultServer();
  server.reply('*', replies.json({ input1Count: [{ ts: 1703123456789, value: '-2' }] }));
  server.reply('/login', replies.json({ token: 'a-token-of-this-test' }));
  const instance = create(
    twin({ baseUrl: server.url, auth: { type: 'login', username: 'u', password: 'env:P' } }),
    fakeHost({ secrets: { 'env:P': 'a password of this test' } }),
  );
  const device = { id: 'o', externalId: 'd', settings: {}, variables: [{ name: 'input1Count', settings: {} }] };
  const { records } = await instance.pull!({ devices: [device], limit: 1, signal: new AbortController().signal });
  const { readings } = instance.decode(
    { ...records[0]!, id: 'r', receivedAt: 0 },
    { settings: () => ({}), externalId: () => undefined },
  );
  await instance.close?.();
  expect(server.requests.map(({ path }) => path)).toEqual(['/login', '/telemetry/DEVICE/d/values/timeseries']);
  expect(readings).toMatchObject([{ device: 'd', variable: 'input1Count', value: null, code: 'SENTINEL', raw: '-2' }]);
});
