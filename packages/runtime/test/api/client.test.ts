import { ApiProblem, createClient, everything, liveEvents } from '@caudal/client';
import { expect, test } from 'vitest';
import { hour, t0, value } from '../store/rows.ts';
import { openServed } from './served.ts';

test('the client walks through the API as it is', async () => {
  const world = await openServed();
  try {
    const caudal = createClient({ baseUrl: world.root, token: await world.key({ role: 'admin' }) });
    const slots: string[] = [];
    for await (const submission of everything(caudal.listSubmissions, { limit: 4 })) slots.push(submission.id);
    expect(new Set(slots).size).toBe(18);
    const { items } = await caudal.listValues({ point: 'well-north', variable: 'flow', sort: '-at', limit: 1 });
    expect(items[0]?.text).toBe('43.5');
    const file = await caudal.exportValues({ series: 'well-north/flow' });
    expect((await file.text()).split('\r\n')).toHaveLength(32);
    await caudal.addData({ kind: 'people', body: { id: 'x', content: { name: 'X', addresses: {} }, because: 'test' } });
    const { etag } = await caudal.ask('getData', { kind: 'people', id: 'x' });
    await caudal.removeData({ kind: 'people', id: 'x', because: 'test', ifMatch: etag ?? '' });
    const refused = await caudal.getData({ kind: 'people', id: 'x' }).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(ApiProblem);
    const abort = new AbortController();
    const events = liveEvents(caudal, { kind: ['values'] }, { signal: abort.signal });
    expect((await events.next()).value).toMatchObject({ kind: 'reset' });
    world.services.events.emit('values', [value(t0 + hour, 7, { series: 'well-north/flow' })]);
    expect((await events.next()).value).toMatchObject({ kind: 'values', data: { series: 'well-north/flow' } });
    abort.abort();
    await expect(events.next()).rejects.toThrow(/abort/);
  } finally {
    await world.close();
  }
});
