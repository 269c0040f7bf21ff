import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAckLinks } from '../../src/notify/ack-link.ts';
import { openServed, type TestServed } from './served.ts';

let served: TestServed;

beforeAll(async () => {
  served = await openServed({ http: { publicUrl: 'https://caudal.example/water' } });
});
afterAll(() => served.close());

const raise = async (rule: string) => {
  const { store, clock } = served.services;
  const [id = ''] = await store.write.changeAlerts({
    open: [
      {
        event: 'system',
        rule,
        subject: 'provider:tago',
        point: null,
        severity: 'critical',
        openedAt: clock.now(),
        facts: { reason: '<script>alert(1)</script>' },
      },
    ],
    close: [],
  });
  const link = (await createAckLinks(served.services).link(id, 'ana')) ?? '';
  expect(link).toMatch(/^https:\/\/caudal\.example\/water\/a\//);
  return { id, url: link.replace('https://caudal.example/water', served.root) };
};

const acked = async (id: string) => (await served.services.store.read.alerts([id]))[0]?.acked;
const press = (url: string, note = '') => fetch(url, { method: 'POST', body: new URLSearchParams({ note }) });

test('opening the link of a notice asks and changes nothing, however often; the form acts once', async () => {
  const { id, url } = await raise('one');
  for (let scan = 0; scan < 3; scan += 1) {
    const shown = await fetch(url);
    const text = await shown.text();
    expect(shown.status).toBe(200);
    expect(text).toContain('<form method="post">');
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain('<script');
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(await acked(id)).toBeNull();
  }
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(404);
  expect(await (await press(url, 'voy en camino')).text()).toContain('quedó por recibido');
  expect(await acked(id)).toMatchObject({ by: 'Ana', note: 'voy en camino' });
  expect(await (await fetch(url)).text()).not.toContain('<form');
  await press(url, 'otra vez');
  expect(await acked(id)).toMatchObject({ note: 'voy en camino' });
});

test('a link is of one alert, is not to be changed, and ends', async () => {
  const [one, two] = [await raise('first'), await raise('second')];
  expect((await press(one.url.replace(one.id, two.id))).status).toBe(404);
  expect((await press(one.url.replace('~ana~', '~bob~'))).status).toBe(404);
  expect((await press(`${one.url.slice(0, -1)}_`)).status).toBe(404);
  expect((await press(one.url.slice(0, -22))).status).toBe(404);
  await served.clock.advance(73 * 3_600_000);
  expect((await fetch(one.url)).status).toBe(404);
  expect((await press(one.url)).status).toBe(404);
  expect([await acked(one.id), await acked(two.id)]).toEqual([null, null]);
});

test('over the API: acknowledged with permission, seen in the alert; silences added, listed and removed', async () => {
  const { id } = await raise('third');
  const operator = await served.key({ role: 'operator' });
  const viewer = await served.key({ role: 'viewer' });
  expect((await served.ask('POST', `/alerts/${id}/ack`, { token: viewer, body: {} })).status).toBe(403);
  const answer = await served.ask('POST', `/alerts/${id}/ack`, { token: operator, body: { note: 'seen' } });
  expect(answer.json).toMatchObject({ id, acknowledged: { note: 'seen' } });
  const body = { subject: 'device:*', minutes: 90, because: 'test' };
  expect((await served.ask('POST', '/silences', { token: viewer, body })).status).toBe(403);
  const added = await served.ask('POST', '/silences', { token: operator, body });
  expect(added.status).toBe(201);
  expect(added.json.until).toBe(new Date(served.clock.now() + 90 * 60_000).toISOString());
  for (const minutes of [0, -5, 1.5, 527_041])
    expect((await served.ask('POST', '/silences', { token: operator, body: { ...body, minutes } })).status).toBe(400);
  expect((await served.ask('GET', '/silences', { token: operator })).json.items).toMatchObject([
    { subject: 'device:*' },
  ]);
  expect((await served.ask('DELETE', `/silences/${added.json.id}`, { token: operator })).status).toBe(204);
  expect((await served.ask('GET', '/silences', { token: operator })).json.items).toEqual([]);
  expect((await served.ask('DELETE', `/silences/${added.json.id}`, { token: operator })).status).toBeGreaterThanOrEqual(
    400,
  );
});
