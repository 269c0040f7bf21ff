import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processed, hour, t0, value } from '../store/rows.ts';
import { openServed, type TestServed } from './served.ts';

/** Two days of hours: a total that rises 1 m³ an hour, a flow with a season of a day, a level that falls. */
const days = 4;
const start = t0 + 10 * 24 * hour;

let served: TestServed;
let viewer: string;
let north: string;

beforeAll(async () => {
  served = await openServed();
  const hours = Array.from({ length: days * 24 }, (_, index) => index);
  await served.services.store.write.commitProcessed(
    processed({
      values: hours.flatMap((index) => {
        const at = start + index * hour;
        return [
          value(at, 1000 + index, { series: 'well-north/total' }),
          value(at, index % 24 < 12 ? 2 : 1, { series: 'well-north/flow' }),
          value(at, 30 - index / 24, { series: 'well-north/level' }),
        ];
      }),
    }),
  );
  viewer = await served.key({ role: 'viewer' });
  north = await served.key({ role: 'owner', points: ['well-north'] });
});
afterAll(() => served.close());

const span = `from=${new Date(start).toISOString()}&to=${new Date(start + days * 24 * hour).toISOString()}`;
const get = (path: string, token = viewer) => served.ask('GET', path, { token });

describe('analysis', () => {
  test('volumes of windows, each with its coverage', async () => {
    const { status, json } = await get(`/series/well-north/total/volumes?${span}&window=day&zone=UTC`);
    expect(status).toBe(200);
    expect(json.unit).toBe('m3');
    expect(json.windows.map((window: { volume: number }) => window.volume)).toEqual([24, 24, 24, 23]);
    expect(json.windows[0].coverage).toBe(1);
  });

  test('means and extremes of states', async () => {
    const { json } = await get(`/series/well-north/level/states?${span}&window=day&zone=UTC`);
    expect(json.windows[0].max).toEqual({ at: new Date(start).toISOString(), value: 30 });
    expect(json.windows[0].mean).toBeCloseTo(29.5, 6);
  });

  test('trend with the day a limit is met, forecast with its interval, anomalies', async () => {
    const trend = (await get(`/series/well-north/level/trend?${span}&limit=20`)).json;
    expect(trend).toMatchObject({ direction: 'decreasing', values: days * 24 });
    expect(trend.slopePerDay).toBeCloseTo(-1, 6);
    expect(Date.parse(trend.crossing.at)).toBeCloseTo(start + 10 * 24 * hour, -5);
    const forecast = (await get(`/series/well-north/flow/forecast?${span}&steps=24`)).json;
    expect(forecast.value).toHaveLength(24);
    expect(forecast.value[3]).toBeCloseTo(2, 2);
    expect((await get(`/series/well-north/level/anomalies?${span}`)).json).toMatchObject({ outliers: [] });
  });

  test('a report, and slots only for those who may see them', async () => {
    const path = `/points/well-north/report?from=${new Date(t0).toISOString()}&to=${new Date(t0 + 24 * hour).toISOString()}&window=hour`;
    const { json } = await get(path);
    expect(json.submissions).toEqual([
      expect.objectContaining({ obligation: 'dga-north', states: { due: 1, expected: 5 } }),
    ]);
    const blind = await served.key({ role: 'viewer', permissions: ['values:read', 'points:read'] });
    expect((await get(path, blind)).json.submissions).toEqual([]);
  });

  test('the use of a right that nobody declared', async () => {
    const { status, json } = await get('/points/well-north/water-right');
    expect(status).toBe(200);
    expect(json).toMatchObject({ share: null, granted: { volumeM3: null } });
  });

  test('what makes no sense is refused with its reason, and what is not in sight is not there', async () => {
    const mean = await get(`/series/well-north/total/states?${span}`);
    expect([mean.status, mean.json.detail]).toEqual([422, expect.stringMatching(/register/)]);
    expect((await get(`/series/well-north/flow/volumes?${span}&zone=Mars/Olympus`)).status).toBe(422);
    expect((await get(`/series/well-north/total/volumes?${span}&zone=Mars/Olympus`)).status).toBe(422);
    for (const path of ['/points/well-south/report', '/series/well-south/total/volumes'])
      expect((await get(`${path}?${span}`, north)).status).toBe(404);
    expect((await get('/points/well-south/water-right', north)).status).toBe(404);
  });
});
