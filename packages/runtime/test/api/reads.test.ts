import { afterAll, beforeAll, expect, test } from 'vitest';
import { hour, minute, t0 } from '../store/rows.ts';
import { openServed, type TestServed } from './served.ts';

let world: TestServed;
let token: string;

beforeAll(async () => {
  world = await openServed();
  token = await world.key({ role: 'viewer' });
});
afterAll(() => world.close());

const get = async (path: string, as = token) => {
  const answer = await world.ask('GET', path, { token: as });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());

test('points, series and devices come with how they stand', async () => {
  const { items, next } = await get('/points');
  expect(items.map(({ id }: { id: string }) => id)).toEqual(['well-north', 'well-shared', 'well-south']);
  expect(next).toBeNull();
  expect(items[0]).toMatchObject({ health: 'OFFLINE', devices: ['logger-north'], obligations: ['dga-north'] });
  expect((await get('/points?text=SOUTH')).items).toHaveLength(1);
  expect((await get('/series?point=well-north&kind=flow')).items).toMatchObject([
    { id: 'well-north/flow', unit: 'L/s' },
  ]);
  expect((await get('/devices/logger-south')).bindings).toHaveLength(3);
  expect((await world.ask('GET', '/points/nowhere', { token })).status).toBe(404);
});

test('pages follow one another without hole or repeat, and a cursor is of its own list', async () => {
  const seen: string[] = [];
  let cursor = '';
  do {
    const { items, next } = await get(`/submissions?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...items.map(({ slot, id }: { slot: string; id: string }) => `${slot} ${id}`));
    cursor = next ?? '';
  } while (cursor !== '');
  expect(seen).toHaveLength(18);
  expect(new Set(seen).size).toBe(18);
  expect(seen.map((one) => one.slice(0, 24))).toEqual(
    seen
      .map((one) => one.slice(0, 24))
      .toSorted()
      .toReversed(),
  );
  const { next } = await get('/submissions?limit=4');
  for (const path of [`/alerts?cursor=${next}`, `/submissions?sort=slot&cursor=${next}`, '/submissions?cursor=aaaa'])
    expect((await world.ask('GET', path, { token })).json.type).toBe('urn:caudal:problem:invalid');
});

test('values are read by span, order, flag and instant', async () => {
  const of = '/series/well-north/flow';
  const oldest = (await get(`${of}/values?limit=2`)).items;
  expect(oldest.map(({ value }: { value: number }) => value)).toEqual([0, 1.5]);
  expect(oldest[1]).toMatchObject({ text: '1.5', unit: 'L/s', flag: 1, device: 'logger-north' });
  const page = await get(`${of}/values?sort=-at&limit=2`);
  expect(page.items.map(({ value }: { value: number }) => value)).toEqual([43.5, 42]);
  expect((await get(`${of}/values?sort=-at&limit=1&cursor=${page.next}`)).items).toHaveLength(0 + 1);
  expect((await get(`${of}/values?flag=3`)).items).toMatchObject([{ value: 4.5, codes: ['SPIKE'] }]);
  expect((await get(`${of}/values?from=${at(t0 + hour)}&to=${at(t0 + 2 * hour)}`)).items).toHaveLength(6);
  expect((await get(`${of}/at?at=${at(t0 + 19 * minute)}`)).value.value).toBe(1.5);
  expect((await get(`${of}/at?at=${at(t0 - 1)}`)).value).toBeNull();
  expect((await get('/values/latest')).items).toHaveLength(9);
  const naive = await world.ask('GET', `${of}/values?from=2026-01-01T00:00:00`, { token });
  expect(naive.status).toBe(400);
  expect(naive.json.issues[0].path).toBe('/query/from');
});

test('a chart holds what is suspect apart from what is good', async () => {
  const chart = await get(`/series/well-north/flow/chart?from=${at(t0)}&to=${at(t0 + hour)}&buckets=2`);
  expect(chart).toMatchObject({
    unit: 'L/s',
    widthMs: 30 * minute,
    at: [t0, t0 + 30 * minute, t0 + 30 * minute],
    flag: [1, 1, 3],
    count: [3, 2, 1],
    min: [0, 6, 4.5],
    max: [3, 7.5, 4.5],
    mean: [1.5, 6.75, 4.5],
  });
  const all = await get('/series/well-north/flow/chart');
  expect(all.count.reduce((sum: number, count: number) => sum + count, 0)).toBe(30);
});

test('what is owed is a cell for each slot, and a submission shows what stands behind it', async () => {
  const calendar = await get(`/obligations/dga-north/calendar?from=${at(t0)}&to=${at(t0 + 8 * hour)}`);
  expect(calendar.cells.map(({ state }: { state: string | null }) => state)).toEqual([
    'due',
    ...Array.from({ length: 5 }, () => 'expected'),
    null,
    null,
  ]);
  const one = await world.ask('GET', '/submissions/sub-north-0', { token });
  expect(one.headers.get('etag')).toBe('"v1"');
  expect(one.json).toMatchObject({ status: 'PENDING', sources: [{ series: 'well-north/flow', raw: 'raw-north' }] });
  expect((await get('/submissions/sub-north-0/evidence')).sources[0].hash).toMatch(/^[0-9a-f]{64}$/);
  expect((await get('/submissions/sub-north-0/attempts')).items).toEqual([]);
  expect((await get('/owed')).items).toHaveLength(3);
});

test('alerts are of the system and of points; who has points sees theirs', async () => {
  expect((await get('/alerts?open=true')).items).toHaveLength(4);
  expect((await get('/alerts?open=false')).items).toHaveLength(0);
  const owner = await world.key({ role: 'owner', points: ['well-north'] });
  const own = (await get('/alerts', owner)).items;
  expect(own.map(({ point }: { point: string }) => point)).toEqual(['well-north']);
  expect(await get(`/alerts/${own[0].id}`, owner)).toEqual(own[0]);
});

test('what has not changed is not sent again', async () => {
  const first = await world.ask('GET', '/points/well-north', { token });
  const etag = first.headers.get('etag') as string;
  const again = await world.ask('GET', '/points/well-north', { token, headers: { 'if-none-match': etag } });
  expect([again.status, again.text]).toEqual([304, '']);
});
