import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RawRequest } from '@caudal/core';
import { http, type HttpConfig, presets } from '@caudal/provider-http';
import { fakeHost } from '@caudal/testkit';
import { instanceOf } from './pages.ts';

const secret = 'push secret/of this test';
const at = Date.UTC(2026, 6, 6, 14);
const signal = new AbortController().signal;
const body = new TextEncoder().encode('{"level": 2.50,  "site": "north"}');

const request = (more: Partial<RawRequest> = {}): RawRequest => ({
  method: 'POST',
  path: '/hooks/wells',
  query: '',
  headers: { 'x-ts': String(at), 'x-device': 'unit-1' },
  body,
  receivedAt: at + 1000,
  ...more,
});

type Proof = NonNullable<HttpConfig['webhook']>['proof'];

const webhookOf = (proof: Proof, more: Partial<NonNullable<HttpConfig['webhook']>> = {}) => {
  const instance = instanceOf(
    http({
      secrets: { push: 'env:PUSH' },
      webhook: {
        proof,
        answer: {
          shape: { type: 'object', ignore: ['site'] },
          time: { at: 'header:x-ts', format: 'epoch-ms' },
          device: 'header:x-device',
        },
        headers: ['X-Ts', 'X-Device'],
        ...more,
      },
    }),
    fakeHost({ secrets: { 'env:PUSH': secret } }),
  );
  if (instance.webhook === undefined) throw new Error('there is no webhook');
  return { instance, webhook: instance.webhook };
};

const sent = String((at + 500) / 1000).replace(/\..*/, '');
const hash = (text: string | Uint8Array, algorithm: string, encoding: 'hex' | 'base64') =>
  createHmac(algorithm, secret).update(text).digest(encoding);
const stamped = hash(Buffer.concat([Buffer.from(`${sent}.`), body]), 'sha256', 'hex');

const proofs: readonly (readonly [name: string, proof: Proof, good: Partial<RawRequest>, bad: Partial<RawRequest>])[] =
  [
    [
      'a header',
      { type: 'header', name: 'X-Key', prefix: 'Key ', use: 'push' },
      { headers: { 'x-key': `Key ${secret}` } },
      { headers: { 'x-key': secret } },
    ],
    [
      'a query parameter',
      { type: 'query', name: 'key', use: 'push' },
      { query: `a=1&key=${encodeURIComponent(secret)}` },
      { query: 'key=' },
    ],
    [
      'the last segment of the path',
      { type: 'path', use: 'push' },
      { path: `/hooks/${encodeURIComponent(secret)}` },
      { path: '/hooks/%E0%A4%A' },
    ],
    [
      'a hash in base64',
      { type: 'hmac', header: 'X-Hash', algorithm: 'sha1', encoding: 'base64', use: 'push' },
      { headers: { 'x-hash': hash(body, 'sha1', 'base64') } },
      { headers: { 'x-hash': hash('{"level":2.5,"site":"north"}', 'sha1', 'base64') } },
    ],
    [
      'a hash over send time and body',
      { type: 'hmac', header: 'X-Hash', timestamp: { header: 'X-Time' }, use: 'push' },
      { headers: { 'x-hash': stamped, 'x-time': sent } },
      { headers: { 'x-hash': stamped, 'x-time': String(Number(sent) + 1) } },
    ],
    [
      'a send time that is near',
      { type: 'hmac', header: 'X-Hash', timestamp: { header: 'X-Time', toleranceMs: 60_000 }, use: 'push' },
      { headers: { 'x-hash': stamped, 'x-time': sent } },
      { headers: { 'x-hash': stamped, 'x-time': sent }, receivedAt: at + 120_000 },
    ],
  ];

test.each(proofs)('%s proves the sender, and anything else does not', async (_name, proof, good, bad) => {
  const { webhook } = webhookOf(proof);
  await webhook.verify(request(good), { signal });
  for (const wrong of [bad, {}])
    await expect(Promise.resolve().then(() => webhook.verify(request(wrong), { signal }))).rejects.toMatchObject({
      kind: 'auth',
      scope: 'item',
    });
});

test('a push is kept byte for byte with the headers that are named, and read with them', () => {
  const { instance, webhook } = webhookOf({ type: 'path', use: 'push' }, { status: 202, body: 'thanks' });
  const { records, response } = webhook.accept(request({ path: `/hooks/${encodeURIComponent(secret)}` }));
  expect(response).toEqual({ status: 202, body: 'thanks' });
  expect(JSON.stringify(records[0]?.envelope)).not.toContain('push%20secret');
  const record = { ...records[0]!, id: '1', receivedAt: at };
  expect(record.body).toEqual(body);
  const context = { settings: () => undefined, externalId: () => undefined };
  expect(instance.decode(record, context)).toEqual({
    readings: [{ device: 'unit-1', variable: 'level', at, value: 2.5, raw: '2.50' }],
    problems: [],
  });
});

test("TagoIO's action: items of several devices, and a repeated delivery that says so", () => {
  const instance = instanceOf(
    http({ ...presets.tagoioPush, secrets: { push: 'env:PUSH' } }),
    fakeHost({ secrets: { 'env:PUSH': secret } }),
  );
  const items = [{ id: 'a', device: 'd1', variable: 'flow', value: 3, unit: 'l/s', time: new Date(at).toISOString() }];
  const push = request({
    headers: { 'x-caudal-secret': secret, 'tagoio-retries': '2' },
    body: new TextEncoder().encode(JSON.stringify(items)),
  });
  const { records } = instance.webhook!.accept(push);
  expect(records[0]?.envelope).toMatchObject({ channel: 'webhook', duplicate: true });
  const context = { settings: () => undefined, externalId: () => undefined };
  expect(instance.decode({ ...records[0]!, id: '1', receivedAt: at }, context).readings).toEqual([
    { device: 'd1', variable: 'flow', at, value: 3, raw: '3', unit: 'l/s', vendorId: 'a' },
  ]);
});
