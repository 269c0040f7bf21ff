import { describe, expect, test } from 'vitest';
import { DataFile, issuesOf, type JsonSchema, schemaOf } from '@caudal/core';

const data: DataFile = {
  points: [
    {
      id: 'pozo-1',
      name: 'Pozo 1',
      kind: 'well',
      code: 'OB-0101-114',
      owner: 'Ejemplo',
      state: 'ACTIVE',
      zone: 'America/Santiago',
      place: { latitude: -33.4, longitude: -70.6, region: 'RM', commune: 'Santiago', basin: 'Maipo' },
      geometry: { depthM: 120, pumpDepthM: 80, sensorDepthM: 60, pumpPipeMm: 100, meterPipeMm: 80 },
      waterRight: { flowLps: 15, annualVolumeM3: 120_000, file: 'ND-1' },
      series: {
        total: { unit: 'm3', intervalMinutes: 60, interpretation: 'cumulative' },
        level: { limits: { failAbove: 95, alertAbove: 90 } },
        turbidez: { kind: 'turbidity', unit: 'NTU' },
        grado: { kind: 'custom', unit: 'grado', opaqueUnit: true },
      },
      rules: { 'level-max-reset': { max: 95 }, spike: false },
    },
  ],
  devices: [
    {
      id: 'rtu-1',
      provider: 'tago',
      externalId: '5f1',
      credential: 'env:TAGO_TOKEN',
      settings: { zone: 'UTC' },
      variables: { q: {} },
      intervalMinutes: 60,
      pollMinutes: 5,
      silentAfterMinutes: 180,
    },
  ],
  bindings: [
    {
      device: 'rtu-1',
      variable: 'pulsos',
      series: 'pozo-1/total',
      from: '2026-01-01T00:00:00-04:00',
      priority: 0,
      unit: 'pulses',
      scale: 1,
      offset: 0,
    },
    {
      device: 'rtu-1',
      variable: 'nivel',
      series: 'pozo-1/level',
      level: { convention: 'depth', sensorDepthM: 60 },
      sentinels: [-3200],
      allowArrivalTime: false,
    },
  ],
  meters: [
    {
      id: 'meter-1',
      series: 'pozo-1/total',
      serial: 'A-1',
      step: 0.1,
      rollover: 1_000_000,
      maxFlowLps: 20,
      bidirectional: false,
      pulses: { pulsesPerLiter: 1000 },
      calibrations: [{ factor: 1 }, { from: '2026-02-01T00:00:00Z', factor: 1.015 }],
      installedAt: '2025-01-01T00:00:00Z',
      firstReading: 0,
    },
  ],
  obligations: [
    {
      id: 'dga-pozo-1',
      target: 'dga',
      work: { code: 'OB-0101-114', settings: {} },
      standard: 'mayor',
      from: '2026-01-01T00:00:00-04:00',
      delivery: 'online',
      members: { totalizador: { series: 'pozo-1/total' }, caudal: { series: 'pozo-1/flow', settings: {} } },
      toleranceMinutes: 60,
      waitMinutes: 15,
      holdMinutes: 45,
      flags: { '3': 'hold', '4': 'missing' },
      reportCorrected: { because: 'ordered in writing by the regulator' },
    },
  ],
  people: [
    { id: 'ana', name: 'Ana', language: 'es', zone: 'America/Santiago', addresses: { email: { to: 'a@b.test' } } },
  ],
  subscriptions: [{ person: 'ana', events: ['*'], channels: ['email'], points: ['pozo-1'], owners: ['agricola'] }],
};

const issues = (value: unknown) => issuesOf(schemaOf(DataFile), value);

test('a full data file fits, and so does an empty one', () => {
  expect(issues(data)).toEqual([]);
  expect(issues({})).toEqual([]);
});

/** Every object of the file, with the way to it. */
const objects = (value: unknown, path = ''): { path: string; object: Record<string, unknown> }[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => objects(item, `${path}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  return [
    { path, object: value as Record<string, unknown> },
    ...Object.entries(value).flatMap(([key, item]) => objects(item, `${path}/${key}`)),
  ];
};

/** Maps by free name, and settings that belong to a plugin's own schema. */
const open = /\/(settings|variables|variables\/q|rules|rules\/[^/]+|addresses|addresses\/email|members|series)$/;

test.each(objects(data).filter(({ path }) => !open.test(path)))('an unknown key at $path is refused', ({ path }) => {
  const copy = structuredClone(data);
  const target = objects(copy).find((found) => found.path === path)?.object ?? {};
  target['typo'] = 1;
  const found = issues(copy);
  expect(found.length).toBeGreaterThan(0);
  expect(found.every((issue) => issue.path.startsWith(path))).toBe(true);
  expect(found.some((issue) => issue.message === 'unknown key "typo"' || issue.message.includes('shapes'))).toBe(true);
});

describe('what is easily written wrongly', () => {
  const first = (list: keyof DataFile, change: object) => ({
    [list]: [{ ...(data[list]?.[0] as object), ...change }],
  });

  test.each([
    [first('bindings', { from: '2026-01-01T00:00:00' }), '/bindings/0/from'],
    [first('bindings', { series: 'pozo-1' }), '/bindings/0/series'],
    [first('points', { id: 'pozo 1' }), '/points/0/id'],
    [first('points', { series: { 'a b': {} } }), '/points/0/series/a b'],
    [first('points', { state: 'active' }), '/points/0/state'],
    [first('devices', { credential: 'a token as it stands' }), '/devices/0/credential'],
    [first('meters', { step: 0 }), '/meters/0/step'],
    [first('meters', { calibrations: [{ factor: 0 }] }), '/meters/0/calibrations/0/factor'],
    [first('obligations', { members: {} }), '/obligations/0/members'],
    [first('obligations', { reportCorrected: { because: 'so' } }), '/obligations/0/reportCorrected/because'],
    [first('subscriptions', { events: ['all'] }), '/subscriptions/0/events/0'],
  ])('is refused at its place: %#', (value, path) => {
    expect(issues(value).map((issue) => issue.path)).toContain(path);
  });
});

test('every property of every schema is described', () => {
  const undescribed: string[] = [];
  const visit = (schema: JsonSchema, path: string) => {
    const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
    for (const [key, child] of Object.entries(properties)) {
      const inner = (child['anyOf'] as JsonSchema[] | undefined) ?? [child];
      const leaf = inner.every((part) => part['properties'] === undefined && part['items'] === undefined);
      if (leaf && child['description'] === undefined && inner.some((part) => part['description'] === undefined)) {
        undescribed.push(`${path}/${key}`);
      }
      for (const part of inner) visit(part, `${path}/${key}`);
    }
    const items = schema['items'] as JsonSchema | undefined;
    if (items !== undefined) visit(items, `${path}/*`);
  };
  visit(schemaOf(DataFile), '');
  expect(undescribed).toEqual([]);
});
