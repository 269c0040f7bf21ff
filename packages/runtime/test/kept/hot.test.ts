import { describe, expect, test } from 'vitest';
import { hour, minute, openWorld, start, steady, work } from '../pipeline/world.ts';

const second = '5a3c0d9e1f2b4a6c8d7e0002';
const otherWork = 'OB-0202-225';

const by = { because: 'a new well of the same owner' };

const newWell = [
  {
    kind: 'points' as const,
    id: 'well-2',
    content: {
      name: 'Second well',
      kind: 'well',
      series: { total: { intervalMinutes: 10 }, flow: { intervalMinutes: 10 }, level: { intervalMinutes: 10 } },
    },
  },
  {
    kind: 'meters' as const,
    id: 'meter-2',
    content: { series: 'well-2/total', step: 0.1, maxFlowLps: 50, pulses: { litersPerPulse: 100 } },
  },
  {
    kind: 'devices' as const,
    id: 'logger-2',
    content: {
      provider: 'tago',
      externalId: second,
      credential: 'env:TEST_TAGO_TOKEN_2',
      intervalMinutes: 10,
      pollMinutes: 5,
    },
  },
  {
    kind: 'bindings' as const,
    id: 'b-total',
    content: { device: 'logger-2', variable: 'pulses', series: 'well-2/total', unit: 'pulses' },
  },
  { kind: 'bindings' as const, id: 'b-flow', content: { device: 'logger-2', variable: 'flow', series: 'well-2/flow' } },
  {
    kind: 'bindings' as const,
    id: 'b-level',
    content: {
      device: 'logger-2',
      variable: 'column',
      series: 'well-2/level',
      level: { convention: 'depth', sensorDepthM: 45 },
    },
  },
  {
    kind: 'obligations' as const,
    id: 'dga-well-2',
    content: {
      target: 'dga',
      work: {
        code: otherWork,
        settings: { variant: 'subterranea', informant: { rut: '20999888-2', password: 'env:TEST_DGA_PASSWORD' } },
      },
      standard: 'MAYOR',
      from: new Date(start + 2 * hour).toISOString(),
      members: {
        caudal: { series: 'well-2/flow' },
        totalizador: { series: 'well-2/total' },
        nivelFreaticoDelPozo: { series: 'well-2/level' },
      },
    },
  },
];

describe('data changed while everything runs', () => {
  test('a second well is read and reported from the change on, and again after a restart; the first one misses and repeats nothing', async () => {
    const world = await openWorld({
      dga: {
        works: [work, otherWork].map((code) => ({ code, variant: 'subterranea' as const, informant: '20999888-2' })),
      },
    });
    process.env['TEST_TAGO_TOKEN_2'] = 'second-token-15';
    try {
      world.vendor.addDevice({ id: second, token: 'second-token-15', source: steady, sourceFrom: start });
      let runtime = await world.run();
      await world.clock.advance(2 * hour + 20 * minute);
      await runtime.query.dataChange({ changes: newWell, ...by });
      await world.clock.advance(2 * hour);
      await runtime.stop();
      runtime = await world.run();
      await world.clock.advance(2 * hour);
      for (const [obligation, from] of [
        ['dga-well', start],
        ['dga-well-2', start + 2 * hour],
      ] as const) {
        const slots = (await runtime.query.submissions({ obligation })).filter(({ slot }) => slot <= start + 5 * hour);
        expect(slots.map(({ slot }) => slot).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: (start + 5 * hour - from) / hour + 1 }, (_, index) => from + index * hour),
        );
        expect(new Set(slots.map(({ state }) => state)), obligation).toEqual(new Set(['confirmed']));
      }
      const values = await runtime.query.values({ series: ['well/flow'], from: start, to: start + 6 * hour });
      expect(values.map(({ at }) => at)).toEqual(Array.from({ length: 36 }, (_, index) => start + index * 10 * minute));
      const kept = await runtime.query.values({
        series: ['well-2/total'],
        from: start + 3 * hour,
        to: start + 6 * hour,
      });
      expect(kept).toHaveLength(18);
      const page = await runtime.query.dataList({ kind: 'points' });
      expect(page.items.map(({ id, origin }) => [id, origin])).toEqual([
        ['well', 'provisioned'],
        ['well-2', 'kept'],
      ]);
    } finally {
      delete process.env['TEST_TAGO_TOKEN_2'];
      await world.close();
    }
  }, 120_000);
});

describe('a provider switched at run time', () => {
  test('in testing it is read and shown and nothing of it is reported, not even after it is switched on; off it is not read', async () => {
    const world = await openWorld();
    try {
      const runtime = await world.run();
      await world.clock.advance(hour + 20 * minute);
      await runtime.query.switchProvider({ instance: 'tago', mode: 'testing', because: 'a new firmware' });
      await world.clock.advance(2 * hour);
      const shown = await runtime.query.values({ series: ['well/flow'], from: start + 2 * hour, to: start + 3 * hour });
      expect(shown).toHaveLength(6);
      await runtime.query.switchProvider({ instance: 'tago', mode: 'on', because: 'the firmware is right' });
      await world.clock.advance(2 * hour);
      const states = new Map(
        (await runtime.query.submissions({ obligation: 'dga-well' })).map(({ slot, state }) => [
          (slot - start) / hour,
          state,
        ]),
      );
      // 10:00 still has what came before the test; nothing within the hour before 11:00 did.
      expect([0, 1, 2, 3, 4, 5].map((slot) => states.get(slot))).toEqual([
        'confirmed',
        'confirmed',
        'confirmed',
        'missing',
        'confirmed',
        'confirmed',
      ]);
      await runtime.query.switchProvider({ instance: 'tago', mode: 'off', because: 'the contract ended' });
      await world.clock.advance(20 * minute);
      const asked = world.vendor.requests.length;
      await world.clock.advance(hour);
      expect(world.vendor.requests.length).toBe(asked);
      expect(await runtime.query.providers()).toMatchObject([{ instance: 'tago', mode: 'off', devices: 1 }]);
      const [entry] = (await runtime.query.dataHistory({ kind: 'providers', id: 'tago' })).map(({ reason }) => reason);
      expect(entry).toBe('the contract ended');
    } finally {
      await world.close();
    }
  }, 120_000);
});
