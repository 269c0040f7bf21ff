import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RangeOrder, SameInstant } from '@caudal/simulators';
import { device, pullAll, readingsOf, signal, start, thrown, vendor } from './vendor.ts';

const window = { from: start - 1000, to: start - 1000 + 40 };

const histories = fc.record({
  samples: fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: -2, max: 42 }) }), {
    maxLength: 60,
  }),
  limit: fc.integer({ min: 1, max: 12 }),
  order: fc.constantFrom<RangeOrder>('as-asked', 'ascending', 'descending'),
  sameInstant: fc.constantFrom<SameInstant>('replace', 'keep'),
  dialect: fc.constantFrom<'native' | 'gateway'>('native', 'gateway'),
});

test('field failure 14: any history, page size and order, also at equal instants: every sample comes, and paging ends', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ samples, limit, order, sameInstant, dialect }) => {
      await using service = await vendor({ dialect, maxLimit: 1000 }, { order, sameInstant });
      service.entity.add(samples.map(({ key, at }, index) => ({ key, ts: window.from + at, value: index })));
      const results = await pullAll(service, { devices: [device(['a', 'b', 'c'])], window, limit });
      const got = new Set(readingsOf(service, results).map(({ variable, at, raw }) => `${variable} ${at} ${raw}`));
      const inside = samples.map((sample, index) => ({ ...sample, index })).filter(({ at }) => at >= 0 && at < 40);
      const last = new Map(inside.map(({ key, at, index }) => [`${key} ${at}`, index]));
      const wanted = inside
        .filter(({ key, at, index }) => sameInstant === 'keep' || last.get(`${key} ${at}`) === index)
        .map(({ key, at, index }) => `${key} ${window.from + at} ${index}`);
      expect([...got].toSorted()).toEqual(wanted.toSorted());
      expect(service.simulator.logins).toBe(1);
    }),
    { numRuns: 60 },
  );
});

const hourly = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ key: 'a', ts: window.from + n, value: n }));

test.each([
  ['native', 'orderBy=ASC'],
  ['gateway', 'asc=true'],
] as const)('the %s dialect asks for the oldest first in its own words, and for no other', async (dialect, words) => {
  await using service = await vendor({ dialect });
  await pullAll(service, { devices: [device(['a', 'b'])], window, limit: 100 });
  const asked = service.simulator.requests.at(-1);
  expect(asked?.query).toBe(`keys=a%2Cb&startTs=${window.from}&endTs=${window.to}&limit=50&${words}`);
});

test('field failure 16: a full page that came newest first goes on backwards, with an end before the oldest seen', async () => {
  await using service = await vendor({}, { order: 'descending' });
  service.entity.add(hourly(25));
  const results = await pullAll(service, { devices: [device(['a'])], window, limit: 10 });
  const ends = service.simulator.requests
    .filter(({ entity }) => entity !== undefined)
    .map(({ query }) => Number(new URLSearchParams(query).get('endTs')) - window.from);
  // The oldest instant seen is read again, because another sample may have it.
  expect(ends).toEqual([40, 16, 7]);
  expect(new Set(readingsOf(service, results).map(({ at }) => at)).size).toBe(25);
});

test('field failure 14: a full last page is followed by one more request, which ends the window', async () => {
  await using service = await vendor();
  service.entity.add(hourly(10));
  const results = await pullAll(service, { devices: [device(['a'])], window, limit: 10 });
  expect(results).toHaveLength(2);
});

test('field failure 14: more than a page at one instant is read with a larger limit', async () => {
  await using service = await vendor({}, { sameInstant: 'keep' });
  service.entity.add(Array.from({ length: 25 }, (_, n) => ({ key: 'a', ts: window.from + 5, value: n })));
  const results = await pullAll(service, { devices: [device(['a'])], window, limit: 10 });
  expect(new Set(readingsOf(service, results).map(({ raw }) => raw)).size).toBe(25);
});

test('field failure 14: what can not be read in pages is said, never left out', async () => {
  await using service = await vendor({ maxLimit: 20 }, { sameInstant: 'keep' });
  service.entity.add(Array.from({ length: 25 }, (_, n) => ({ key: 'a', ts: window.from + 5, value: n })));
  const error = await thrown(pullAll(service, { devices: [device(['a'])], window, limit: 10 }));
  expect(error).toMatchObject({ kind: 'invalid-data', scope: 'device' });
});

test('keys whose samples are all there are not asked for again', async () => {
  await using service = await vendor();
  service.entity.add([...hourly(25), { key: 'b', ts: window.from, value: 1 }]);
  await pullAll(service, { devices: [device(['a', 'b'])], window, limit: 20 });
  const keys = service.simulator.requests
    .filter(({ entity }) => entity !== undefined)
    .map(({ query }) => new URLSearchParams(query).get('keys'));
  expect(keys).toEqual(['a,b', 'a', 'a']);
});

test('field failure 9: one login and one request for all keys of a device', async () => {
  await using service = await vendor();
  service.entity.add(['a', 'b', 'c'].map((key) => ({ key, ts: window.from, value: 1 })));
  const request = { devices: [device(['a', 'b', 'c'])], limit: 100, signal };
  await Promise.all(Array.from({ length: 8 }, () => service.instance.pull!(request)));
  expect(service.simulator.logins).toBe(1);
  expect(service.simulator.requests).toHaveLength(9);
});

test('a page of somebody else is refused', async () => {
  await using service = await vendor();
  for (const page of [1, {}, { spans: [] }, { spans: [{ keys: [], from: 0, to: 1, limit: 1 }] }, { spans: [7] }]) {
    const error = await thrown(service.instance.pull!({ devices: [device(['a'])], window, limit: 1, signal, page }));
    expect(error).toMatchObject({ kind: 'bug', sent: 'no' });
  }
});

test('field failure 20: a pull without variables, a key with a comma and a credential of a device are said before anything is sent', async () => {
  await using service = await vendor();
  const devices = [device([]), device(['a,b']), { ...device(['a']), credential: 'env:TB_KEY' as const }];
  for (const one of devices) {
    const error = await thrown(service.instance.pull!({ devices: [one], limit: 1, signal }));
    expect(error).toMatchObject({ kind: 'config', scope: 'device', sent: 'no' });
  }
  expect(service.simulator.requests).toHaveLength(0);
});
