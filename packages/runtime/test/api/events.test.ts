import { afterAll, beforeAll, expect, test } from 'vitest';
import { hour, t0, value } from '../store/rows.ts';
import { openServed, type TestServed } from './served.ts';

let world: TestServed;
beforeAll(async () => {
  world = await openServed();
});
afterAll(() => world.close());

interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Reads events one by one, until closed. */
const listen = async (token: string, query = '', lastId?: string) => {
  const abort = new AbortController();
  const answer = await fetch(`${world.url}/events${query}`, {
    signal: abort.signal,
    headers: { authorization: `Bearer ${token}`, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
  });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  const next = async (): Promise<Told | null> => {
    for (;;) {
      const end = waiting.indexOf('\n\n');
      if (end >= 0) {
        const lines = waiting.slice(0, end).split('\n');
        waiting = waiting.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        if (field('event') === undefined) continue;
        return { id: field('id') ?? '', event: field('event') ?? '', data: JSON.parse(field('data') ?? 'null') };
      }
      const { value: chunk, done } = await reader.read();
      if (done) return null;
      waiting += chunk;
    }
  };
  return { next, close: () => abort.abort() };
};

const tell = (series: string, number: number) =>
  world.services.events.emit('values', [value(t0 + hour, number, { series })]);

test('live values come as they are on disk, to those who may see them alone', async () => {
  const admin = await listen(await world.key({ role: 'admin' }));
  const owner = await listen(await world.key({ role: 'owner', points: ['well-south'] }));
  expect((await admin.next())?.event).toBe('reset');
  expect((await owner.next())?.event).toBe('reset');
  tell('well-north/flow', 1);
  tell('well-south/flow', 2);
  expect(await admin.next()).toMatchObject({
    event: 'values',
    data: { series: 'well-north/flow', values: [{ value: 1, flag: 1 }], more: false },
  });
  expect((await admin.next())?.data).toMatchObject({ series: 'well-south/flow' });
  expect((await owner.next())?.data).toMatchObject({ series: 'well-south/flow', values: [{ value: 2 }] });
  admin.close();
  owner.close();
});

test('who was away for a moment gets what was missed; of another run, or too long ago, the lists are read again', async () => {
  const token = await world.key({ role: 'viewer' });
  const first = await listen(token);
  const id = (await first.next())?.id as string;
  first.close();
  tell('well-north/flow', 3);
  tell('well-north/level', 4);
  const again = await listen(token, '', id);
  expect((await again.next())?.data).toMatchObject({ series: 'well-north/flow' });
  expect((await again.next())?.data).toMatchObject({ series: 'well-north/level' });
  again.close();
  const foreign = await listen(token, '', '000000000000-1');
  expect((await foreign.next())?.event).toBe('reset');
  foreign.close();
});

test('alerts come when they open and when they end, whoever wrote them', async () => {
  const token = await world.key({ role: 'operator' });
  const stream = await listen(token, '?kind=alert');
  expect((await stream.next())?.event).toBe('reset');
  await world.clock.advance(5_000);
  const alert = { rule: 'device.silent', subject: 'device:logger-north' };
  await world.services.store.write.changeAlerts({
    open: [{ ...alert, event: 'device.silent', point: 'well-north', severity: 'warning', openedAt: t0, facts: {} }],
    close: [],
  });
  await world.clock.advance(5_000);
  expect(await stream.next()).toMatchObject({ event: 'alert', data: { ...alert, closedAt: null } });
  await world.services.store.write.changeAlerts({ open: [], close: [{ ...alert, at: t0 + hour }] });
  await world.clock.advance(5_000);
  expect(await stream.next()).toMatchObject({ data: { ...alert, closedAt: new Date(t0 + hour).toISOString() } });
  stream.close();
});

test('a stream ends with the right to it', async () => {
  const made = await world.key({ role: 'viewer' });
  const stream = await listen(made);
  expect((await stream.next())?.event).toBe('reset');
  for (const { id } of await world.services.store.read.apiKeys({ after: '', limit: 100 }))
    await world.services.store.write.revokeApiKey({ id, at: t0, audit: [] });
  await world.clock.advance(15_001);
  expect(await stream.next()).toBeNull();
});
