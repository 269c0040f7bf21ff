import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataFile } from '@caudal/core';
import { email } from '@caudal/notifier-email';
import type { RuntimeConfig } from '@caudal/runtime';
import { virtualClock } from '@caudal/testkit';
import { onTestFinished, expect, test } from 'vitest';
import type { KeptPut } from '../../src/kept/index.ts';
import { openServices } from '../process/services.ts';
import { value } from '../store/rows.ts';
import { processed } from '../store/rows.ts';

const start = Date.UTC(2026, 2, 1, 12);
const by = { author: 'user:ana', reason: 'a test of it' };

const data: DataFile = {
  points: [{ id: 'well', name: 'Pozo', kind: 'well', series: { flow: {}, level: {} } }],
  devices: [{ id: 'logger', provider: 'tago', externalId: 'x1', credential: 'env:TAGO' }],
  bindings: [{ device: 'logger', variable: 'q', series: 'well/flow' }],
};

const newPoint = (id: string, more: object = {}): KeptPut & { content: Record<string, unknown> } => ({
  kind: 'points',
  id,
  content: { name: 'New', kind: 'well', series: { flow: {}, level: {} }, ...more },
});

const open = async (config: Partial<RuntimeConfig> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-kept-'));
  const clock = virtualClock(start);
  let services = await openServices(folder, data, clock, config);
  onTestFinished(async () => {
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get services() {
      return services;
    },
    get kept() {
      return services.kept;
    },
    async again(files: DataFile = data) {
      await services.close();
      services = await openServices(folder, files, clock, config);
    },
  };
};

test('what is kept stands beside what is provisioned, with its etag, author and history, and is there after a restart', async () => {
  const world = await open();
  const made = await world.kept.put(newPoint('new'), by);
  expect(made).toMatchObject({ etag: 'v1', origin: 'kept', author: 'user:ana', reason: 'a test of it', at: start });
  const changed = await world.kept.put({ ...newPoint('new', { name: 'Newer' }), expected: 'v1' }, by);
  expect(changed.etag).toBe('v2');
  await world.again();
  expect(world.kept.domain.points.get('new')?.name).toBe('Newer');
  const page = world.kept.list({ kind: 'points', sort: '-name' });
  expect(page.items.map(({ id, origin, place }) => [id, origin, place?.split('/').at(-1) ?? null])).toEqual([
    ['well', 'provisioned', 'data.yaml:2'],
    ['new', 'kept', null],
  ]);
  expect((await world.kept.history('points', 'new')).map(({ etag, content }) => [etag, content?.['name']])).toEqual([
    ['v2', 'Newer'],
    ['v1', 'New'],
  ]);
  const trail = await world.services.store.read.auditTrail({ subject: 'points/new', limit: 9 });
  expect(trail.map(({ act, actor }) => [act, actor])).toEqual([
    ['data changed', 'user:ana'],
    ['data added', 'user:ana'],
  ]);
});

test('a page goes on where the one before ended, whatever came or went meanwhile', async () => {
  const world = await open();
  await world.kept.change(
    ['a', 'c', 'e'].map((id) => newPoint(id)),
    by,
  );
  const first = world.kept.list({ kind: 'points', limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual(['a', 'c']);
  await world.kept.change([newPoint('b'), newPoint('d'), { kind: 'points', id: 'c', content: null }], by);
  const second = world.kept.list({ kind: 'points', limit: 9, after: first.next as string });
  expect(second.items.map(({ id }) => id)).toEqual(['d', 'e', 'well']);
  expect(second.next).toBeNull();
  expect(world.kept.list({ kind: 'points', text: 'poz' }).items.map(({ id }) => id)).toEqual(['well']);
  expect(world.kept.list({ kind: 'bindings', point: 'well' }).total).toBe(1);
  expect(() => world.kept.list({ kind: 'points', after: 'nonsense' })).toThrow('no place in the list');
});

test('a subscription by owner belongs to the points of the owner, and keeps its owner from being removed', async () => {
  const world = await open({
    notifiers: { mail: email({ host: '127.0.0.1', port: 9, allowPlaintext: true, from: 'caudal@example.org' }) },
  });
  const content = { person: 'ana', events: ['*'], channels: ['mail'], owners: ['north'] };
  const changes: readonly KeptPut[] = [
    { kind: 'owners', id: 'north', content: { name: 'North' } },
    { kind: 'people', id: 'ana', content: { name: 'Ana', addresses: { mail: { email: 'ana@example.org' } } } },
    newPoint('a', { owner: 'north' }),
    newPoint('b'),
  ];
  await world.kept.change(changes, by);
  const put = (owner: string) =>
    world.kept.put({ kind: 'subscriptions', id: 's', content: { ...content, owners: [owner] } }, by);
  await expect(put('nort')).rejects.toThrow('there is no owner "nort"; did you mean "north"?');
  await put('north');
  const listed = (point: string) => world.kept.list({ kind: 'subscriptions', point }).items.map(({ id }) => id);
  expect([listed('a'), listed('b'), listed('nobody')]).toEqual([['s'], [], []]);
  await world.kept.change([newPoint('b', { owner: 'north' }), newPoint('a')], by);
  expect([listed('a'), listed('b')]).toEqual([[], ['s']]);
  await expect(world.kept.remove({ kind: 'owners', id: 'north' }, by)).rejects.toMatchObject({ refusal: 'referred' });
});

const refusals = [
  ['a thing of a data file', [{ ...newPoint('well') }], 'read-only', 'data.yaml:2 and is changed there'],
  ['a thing that is there, as new', [{ ...newPoint('there'), expected: null }], 'conflict', 'is there already'],
  [
    'a thing that was changed',
    [{ ...newPoint('there'), expected: 'v9' }],
    'conflict',
    'was changed meanwhile by user:ana',
  ],
  [
    'a thing that is not there',
    [{ kind: 'points', id: 'none', content: null }],
    'not-found',
    'there is no points/none',
  ],
  [
    'a misspelt key',
    [newPoint('p', { zonee: 'UTC' })],
    'invalid',
    'kept points/p zonee unknown key "zonee"; did you mean "zone"?',
  ],
  [
    'a reference to nothing',
    [{ kind: 'bindings', id: 'b', content: { device: 'loger', variable: 'h', series: 'well/level' } }],
    'invalid',
    'kept bindings/b device there is no device "loger"; did you mean "logger"?',
  ],
  [
    'a wrong unit',
    [newPoint('p', { series: { flow: { unit: 'm' } } })],
    'invalid',
    'kept points/p series.flow.unit m is a unit of length',
  ],
  [
    'what others need',
    [{ kind: 'points', id: 'there', content: null }],
    'referred',
    'kept bindings/bound series there is no series "there/flow"',
  ],
  ['another id inside', [newPoint('p', { id: 'q' })], 'invalid', 'an id never changes'],
  ['one thing twice', [newPoint('p'), newPoint('p')], 'invalid', 'is there twice in one act'],
  [
    'a sound thing beside a broken one',
    [newPoint('good'), newPoint('p', { kind: 'volcano' })],
    'invalid',
    'kept points/p kind',
  ],
] as const;

test('what is wrong is refused as a whole, with its reason and place', async () => {
  const world = await open();
  await world.kept.change(
    [
      newPoint('there'),
      { kind: 'devices', id: 'other', content: { provider: 'tago', externalId: 'x2', credential: 'env:TAGO' } },
      { kind: 'bindings', id: 'bound', content: { device: 'other', variable: 'q', series: 'there/flow' } },
    ],
    by,
  );
  const { serial, domain } = world.kept;
  for (const [what, changes, refusal, says] of refusals) {
    const refused = world.kept.change(changes, by);
    await expect(refused, what).rejects.toMatchObject({ refusal });
    await expect(refused, what).rejects.toThrow(says);
    expect(world.kept.domain, what).toBe(domain);
  }
  expect(world.kept.serial).toBe(serial);
  expect(await world.services.store.read.keptSerial()).toBe(serial);
});

test('a series with values does not go, and an empty reason is none', async () => {
  const world = await open();
  await world.kept.put(newPoint('p'), by);
  await world.services.store.write.commitProcessed(processed({ values: [value(start, 3, { series: 'p/flow' })] }));
  await expect(world.kept.remove({ kind: 'points', id: 'p' }, by)).rejects.toThrow('p/flow has values since');
  await expect(world.kept.put(newPoint('p', { series: { level: {} } }), by)).rejects.toThrow('p/flow has values since');
  await expect(world.kept.put(newPoint('q'), { ...by, reason: ' ' })).rejects.toThrow('say why');
});

test('of many at once that can not stand together one is kept', async () => {
  const world = await open();
  const logger = (id: string) =>
    ({ kind: 'devices', id, content: { provider: 'tago', externalId: 'same', credential: 'env:TAGO' } }) as const;
  const ends = await Promise.allSettled(['a', 'b', 'c'].map((id) => world.kept.put(logger(id), by)));
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
});

test('what a change leaves as it was stays the same object, and what follows from it waits on disk', async () => {
  const world = await open();
  const before = world.kept.domain;
  await world.kept.put(
    { kind: 'bindings', id: 'level', content: { device: 'logger', variable: 'h', series: 'well/level' } },
    by,
  );
  const after = world.kept.domain;
  expect(after.points.get('well')).toBe(before.points.get('well'));
  expect(after.devices.get('logger')).not.toBe(before.devices.get('logger'));
  expect(await world.services.store.read.redecodes(9)).toEqual([
    { instance: 'tago', device: 'logger', from: 0, serial: 1 },
  ]);
  await world.services.processAll();
  expect(await world.services.store.read.redecodes(9)).toEqual([]);
});

test('a data file that takes the id of something kept stops the start and names both places', async () => {
  const world = await open();
  await world.kept.put(newPoint('late'), by);
  const clash = {
    ...data,
    points: [...(data.points ?? []), { ...(data.points?.[0] as object), id: 'late' }],
  } as DataFile;
  await expect(world.again(clash)).rejects.toThrow(
    /kept points\/late id "late" is there twice; the first is at .*data\.yaml:\d+/,
  );
  await world.again();
});
