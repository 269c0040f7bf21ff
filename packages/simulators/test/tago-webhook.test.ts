import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTago, type TagoSimulator, type TagoWireItem } from '../src/index.ts';
import { TestClock } from './clock.ts';

interface Hit {
  readonly headers: IncomingHttpHeaders;
  readonly items: TagoWireItem[];
}

let clock: TestClock;
let tago: TagoSimulator;
let endpoint: Server;
let url: string;
let statuses: number[];
let hits: Hit[];

beforeEach(async () => {
  clock = new TestClock('2026-07-05T23:00:00Z');
  tago = await startTago({ clock });
  statuses = [];
  hits = [];
  endpoint = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      hits.push({
        headers: request.headers,
        items: JSON.parse(Buffer.concat(chunks).toString()) as TagoWireItem[],
      });
      response.writeHead(statuses.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => {
    endpoint.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hook`;
});

afterEach(async () => {
  await tago.close();
  endpoint.closeAllConnections();
  await new Promise((resolve) => {
    endpoint.close(resolve);
  });
});

const item = (value: number) => ({ variable: 'a', time: clock.now() - 1000, value });

it('delivers a batch with the secret, and stores it', async () => {
  const device = tago.addDevice();
  const hook = tago.webhook({ url, headers: { 'X-Hook-Secret': 's3' } });
  expect(await hook.send(device.id, [item(1), item(2)])).toEqual({ delivered: true, attempts: 1, status: 204 });
  expect(device.size).toBe(2);
  expect(hits[0]?.headers['x-hook-secret']).toBe('s3');
  expect(hits[0]?.headers['tagoio-retries']).toBeUndefined();
  expect(hits[0]?.items).toMatchObject([
    { device: device.id, variable: 'a', value: 1, created_at: '2026-07-05T23:00:00.000Z' },
    { value: 2 },
  ]);
});

it('repeats a refused delivery with its count and the same ids, on the clock', async () => {
  statuses = [500, 503];
  const device = tago.addDevice();
  const delivery = tago.webhook({ url, retryMs: 60_000 }).send(device.id, [item(1)]);
  await clock.asleep();
  clock.advance(60_000);
  await clock.asleep();
  clock.advance(60_000);
  expect(await delivery).toEqual({ delivered: true, attempts: 3, status: 204 });
  expect(hits.map(({ headers }) => headers['tagoio-retries'])).toEqual([undefined, '1', '2']);
  expect(new Set(hits.map(({ items }) => items[0]?.id)).size).toBe(1);
});

it('gives up after its retries, and can deliver again', async () => {
  statuses = [500, 500];
  const device = tago.addDevice();
  const hook = tago.webhook({ url, retries: 1 });
  const delivery = hook.send(device.id, [item(1)]);
  await clock.asleep();
  clock.advance(1000);
  expect(await delivery).toEqual({ delivered: false, attempts: 2, status: 500 });
  expect(await hook.redeliver(device.id, 5)).toMatchObject({ delivered: true });
  expect(hits.at(-1)?.items).toHaveLength(1);
});
