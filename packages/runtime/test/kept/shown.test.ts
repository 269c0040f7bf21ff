import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataFile } from '@caudal/core';
import { virtualClock } from '@caudal/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOperations } from '../../src/operate/operations.ts';
import { type OpenServices, openServices } from '../process/services.ts';
import { processed, value } from '../store/rows.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 1);
const iso = (hours: number) => new Date(start + hours * hour).toISOString();

const data: DataFile = {
  points: [{ id: 'well', name: 'Pozo', kind: 'well', series: { flow: {}, level: {} } }],
  schemas: [
    {
      id: 'pumping',
      name: 'Bombeo',
      kind: 'MEASUREMENT',
      fields: {
        flow: { unit: 'm3/h', required: true },
        level: { valid: { max: 30 } },
        rest: { expression: '12.5 [m]', unit: 'm', display: { hidden: true } },
        drawdown: { expression: 'level - rest', unit: 'm' },
        pumped: { expression: 'flow * 1 [h]', unit: 'm3' },
      },
    },
  ],
};

let folder: string;
let services: OpenServices;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'caudal-shown-'));
  services = await openServices(folder, data, virtualClock(start));
  const flow = [10, 20, null, 40].map((one, index) => value(start + index * hour, one, { series: 'well/flow' }));
  const level = [20, 31, 22, 23].map((one, index) =>
    value(start + index * hour, one, { series: 'well/level', flag: index === 3 ? 3 : 1 }),
  );
  await services.store.write.commitProcessed(
    processed({
      values: [...flow, ...level],
      corrections: [
        {
          key: 'k1',
          role: 'level',
          point: 'well',
          series: 'well/level',
          rule: 'level-max-reset',
          ruleVersion: '1',
          from: start + hour,
          to: start + hour,
          method: 'set',
          amount: 21,
          origin: 'estimated',
          state: 'suggested',
          because: 'a reset',
        },
      ],
    }),
  );
});
afterAll(async () => {
  await services.close();
  rmSync(folder, { recursive: true, force: true });
});

const operations = () => createOperations(services, 'user:ana');
const levels = async () =>
  (await operations().shownValues({ series: 'well/level', from: start, to: start + 4 * hour })).map(
    ({ value: read, shown }) => [read, shown],
  );
const correction = (id: string, content: object) => ({
  changes: [
    { kind: 'corrections' as const, id, content: { series: 'well/level', because: 'seen on site', ...content } },
  ],
  because: 'seen on site',
});

test('a measurement has the schema’s units and calculated fields; what lacks an input is missing, never zero', async () => {
  const found = await operations().measurements({
    schema: 'pumping',
    point: 'well',
    from: start,
    to: start + 4 * hour,
  });
  expect(found.map(({ values }) => values)).toEqual([
    { flow: 36, level: 20, drawdown: 7.5, pumped: 36 },
    { flow: 72, level: 31, drawdown: 18.5, pumped: 72 },
    { flow: null, level: 22, drawdown: 9.5, pumped: null },
    { flow: 144, level: 23, drawdown: 10.5, pumped: 144 },
  ]);
  expect(found.map(({ missing, invalid, flags }) => [missing, invalid, flags['drawdown'], flags['pumped']])).toEqual([
    [[], [], 1, 1],
    [[], ['level'], 1, 1],
    [['flow'], [], 1, 9],
    [[], [], 3, 1],
  ]);
});

test('a suggestion is accepted and reverted, a span is set, shifted and hidden, each is taken back; what was read stays', async () => {
  const asRead = [
    [20, 20],
    [31, 31],
    [22, 22],
    [23, 23],
  ];
  expect(await levels()).toEqual(asRead);
  const decision = { rule: 'level-max-reset', key: 'k1' };
  await operations().dataChange(correction('c1', { ...decision, decision: 'accept' }));
  expect((await levels())[1]).toEqual([31, 21]);
  await operations().dataChange(correction('c1', { ...decision, decision: 'revert' }));
  expect((await levels())[1]).toEqual([31, 31]);
  expect(await operations().corrections({ series: 'well/level' })).toMatchObject([
    { standing: 'reverted', said: 'c1' },
  ]);
  await operations().dataChange(correction('c2', { from: iso(2), to: iso(3), method: 'set', amount: 5 }));
  await operations().dataChange(correction('c3', { from: iso(3), method: 'offset', amount: -3 }));
  await operations().dataChange(correction('c4', { from: iso(0), to: iso(1), method: 'exclude' }));
  expect(await levels()).toEqual([
    [20, null],
    [31, 31],
    [22, 5],
    [23, 20],
  ]);
  const ids = ['c1', 'c2', 'c3', 'c4'];
  await operations().dataChange({
    changes: ids.map((id) => ({ kind: 'corrections', id, content: null })),
    because: 'it was another well',
  });
  expect(await levels()).toEqual(asRead);
  const [last, before] = await operations().dataHistory({ kind: 'corrections', id: 'c2' });
  expect([last?.content, last?.author, before?.content?.['amount']]).toEqual([null, 'user:ana', 5]);
});
