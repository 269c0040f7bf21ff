import { expect, test } from 'vitest';
import type { DeviceRef, Plugin, ProviderDefinition, Reading, Window } from '@caudal/core';
import { http, presets } from '@caudal/provider-http';
import { tago } from '@caudal/provider-tago';
import { thethings } from '@caudal/provider-thethings';
import { thingsboard } from '@caudal/provider-thingsboard';
import { startTago, startTheThings, startThingsBoard } from '@caudal/simulators';
import { fakeHost, virtualClock } from '@caudal/testkit';
import { instanceOf, pullAll, readingsOf } from './pages.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- two providers with settings of their own
type AnyProvider = Plugin<ProviderDefinition<any, any, any>>;

const start = Date.UTC(2026, 6, 5);
const minute = 60_000;

interface Reader {
  readonly plugin: AnyProvider;
  readonly device: DeviceRef;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What one provider reads: latest values, or a window in pages of `limit`. */
const readWith = async ({ plugin, device, secrets }: Reader, window: Window | undefined, limit: number) => {
  const host = fakeHost({ secrets });
  const instance = instanceOf(plugin, host);
  const scope = plugin.definition.capabilities.pull?.scope;
  const parts = scope === 'variable' ? device.variables.map((variable) => [variable]) : [device.variables];
  const readings: Reading[] = [];
  let pages = 0;
  for (const variables of parts) {
    const call = { devices: [{ ...device, variables }], limit, ...(window === undefined ? {} : { window }) };
    const results = await pullAll(instance, call);
    pages += results.length;
    readings.push(...readingsOf(instance, results, call));
  }
  await instance.close?.();
  const key = ({ variable, at, raw, vendorId }: Reading) => JSON.stringify([variable, at, raw, vendorId]);
  return { pages, readings: readings.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
};

const windows: readonly (readonly [name: string, window: Window | undefined, limit: number])[] = [
  ['the latest values', undefined, 100],
  ['a window in one page', { from: start, to: start + 30 * minute }, 1000],
  ['a window in many pages', { from: start, to: start + 500 * minute }, 7],
  ['a window that begins and ends between values', { from: start + 90_500, to: start + 200 * minute + 1 }, 50],
  ['a window of a whole page and not one more', { from: start + 10 * minute, to: start + 30 * minute }, 20],
  ['a window without values', { from: start - 500 * minute, to: start - 100 * minute }, 20],
];

const compare = async (coded: Reader, configured: Reader, window: Window | undefined, limit: number) => {
  const one = await readWith(coded, window, limit);
  const other = await readWith(configured, window, limit);
  expect(other.readings).toEqual(one.readings);
  return { coded: one, configured: other };
};

/** Numbers, texts that are numbers, faults, places and doubles, as vendors send them. */
const valueAt = (index: number): number | string | boolean =>
  index % 17 === 0 ? 'n/a' : index % 13 === 0 ? `${index}.50` : index % 19 === 0 ? true : index + 0.25;

test.each(windows)('TagoIO by configuration reads what the adapter reads: %s', async (_name, window, limit) => {
  const clock = virtualClock(start + 600 * minute);
  const simulator = await startTago({ clock });
  try {
    const logger = simulator.addDevice();
    logger.add(
      Array.from({ length: 500 }, (_value, index) => [
        { variable: 'flow', time: start + index * minute, value: valueAt(index), unit: 'l/s' },
        { variable: 'total', time: start + index * minute + (index % 3), value: 1_000_000 + index },
        ...(index % 10 === 0 ? [{ variable: 'total', time: start + index * minute, value: 2_000_000 + index }] : []),
        ...(index % 50 === 0
          ? [{ variable: 'flow', time: start + index * minute + 1, location: [-70.6, -33.4] as const }]
          : []),
      ]).flat(),
    );
    const device: DeviceRef = {
      id: 'ours',
      externalId: logger.id,
      credential: 'env:LOGGER',
      settings: {},
      variables: ['flow', 'total', 'never'].map((name) => ({ name, settings: {} })),
    };
    const secrets = { 'env:LOGGER': logger.token };
    const came = await compare(
      { plugin: tago({ baseUrl: simulator.url }), device, secrets },
      { plugin: http({ ...presets.tagoio, baseUrl: simulator.url }), device, secrets },
      window,
      limit,
    );
    if (window !== undefined && window.from >= start) expect(came.configured.readings.length).toBeGreaterThan(0);
    if (limit === 7) expect(came.configured.pages).toBeGreaterThan(100);
  } finally {
    await simulator.close();
  }
});

const bounds: readonly NonNullable<Parameters<typeof startTheThings>[0]['bounds']>[] = [
  {},
  { startIncluded: false, endIncluded: false },
  { endIncluded: false, wholeSeconds: true },
];

test.each(windows.flatMap(([name, window, limit]) => bounds.map((bound) => [name, bound, window, limit] as const)))(
  'thethings.iO by configuration reads what the adapter reads: %s, bounds %j',
  async (_name, bound, window, limit) => {
    const clock = virtualClock(start + 600 * minute);
    const simulator = await startTheThings({ clock, bounds: bound, maxLimit: 1000, itemsNameKey: limit !== 50 });
    try {
      const thing = simulator.addThing();
      thing.add(
        Array.from({ length: 500 }, (_value, index) => [
          { key: 'caudal', datetime: start + index * minute, value: valueAt(index) },
          { key: 'pulsos', datetime: start + index * minute + (index % 3) * 1000, value: 1_000_000 + index },
        ]).flat(),
      );
      const device: DeviceRef = {
        id: 'ours',
        externalId: 'pump',
        credential: 'env:THING',
        settings: {},
        variables: ['caudal', 'pulsos', 'never'].map((name) => ({ name, settings: {} })),
      };
      const secrets = { 'env:THING': thing.token };
      await compare(
        { plugin: thethings({ baseUrl: simulator.url, pageSize: 1000 }), device, secrets },
        {
          plugin: http({
            ...presets.thethings,
            baseUrl: simulator.url,
            pull: { ...presets.thethings.pull, maxLimit: 1000 },
          }),
          device,
          secrets,
        },
        window,
        limit,
      );
    } finally {
      await simulator.close();
    }
  },
);

const dialects = ['native', 'gateway'] as const;
const orders = ['as-asked', 'descending'] as const;

test.each(
  windows.flatMap(([name, window, limit]) =>
    dialects.flatMap((dialect) => orders.map((order) => [name, dialect, order, window, limit] as const)),
  ),
)(
  'ThingsBoard by configuration reads what the adapter reads: %s, %s, rows %s',
  async (_name, dialect, order, window, limit) => {
    const clock = virtualClock(start + 600 * minute);
    const simulator = await startThingsBoard({ clock, dialect, order });
    try {
      const entity = simulator.addEntity();
      entity.add(
        Array.from({ length: 500 }, (_value, index) => [
          { key: 'ai1ActualValue', ts: start + index * minute, value: valueAt(index) },
          { key: 'input1Count', ts: start + index * minute + (index % 3), value: 1_000_000 + index },
          ...(index % 4 === 0 ? [{ key: 'ai2ActualValue', ts: start + index * minute, value: 490 + index }] : []),
        ]).flat(),
      );
      const device: DeviceRef = {
        id: 'ours',
        externalId: entity.id,
        settings: {},
        variables: ['ai1ActualValue', 'input1Count', 'ai2ActualValue', 'never'].map((name) => ({ name, settings: {} })),
      };
      const secrets = { 'env:USER': 'reader@example.com', 'env:PASSWORD': 'sample' };
      const preset = dialect === 'native' ? presets.thingsboard : presets.thingsboardGateway;
      const came = await compare(
        {
          plugin: thingsboard({
            baseUrl: simulator.url,
            dialect,
            auth: { type: 'login', username: 'reader@example.com', password: 'env:PASSWORD' },
          }),
          device,
          secrets,
        },
        {
          plugin: http({
            ...preset,
            baseUrl: simulator.url,
            secrets: { user: 'env:USER', password: 'env:PASSWORD' },
          }),
          device,
          secrets,
        },
        window,
        limit,
      );
      if (window !== undefined && window.from >= start) expect(came.configured.readings.length).toBeGreaterThan(0);
    } finally {
      await simulator.close();
    }
  },
);
