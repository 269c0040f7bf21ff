import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeConfig } from '@caudal/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQuiet } from '../../src/main.ts';
import { does, isReading } from '../../src/operate/does.ts';
import { createOperations, type Operations } from '../../src/operate/operations.ts';
import type { Services } from '../../src/services.ts';
import { hour, openWorld, start, type TestWorld, work } from '../pipeline/world.ts';

type Reading = { [Name in keyof Operations]: (typeof does)[Name] extends 'reads' ? Name : never }[keyof Operations];

const span = { from: start, to: start + 2 * hour };

/** A question to each; with what it is refused where this world has nothing to answer it with. */
const asked: {
  readonly [Name in Reading]: {
    readonly input: Parameters<Operations[Name]> extends [] ? null : Parameters<Operations[Name]>[0];
    readonly refused?: RegExp;
  };
} = {
  status: { input: null },
  now: { input: null },
  trace: { input: 'well/flow@2026-01-15T12:00:00Z' },
  values: { input: { series: ['well/flow'], ...span } },
  submissions: { input: {} },
  owed: { input: { obligation: 'dga-well' } },
  taskList: { input: {} },
  taskShow: { input: 'a-task', refused: /there is no task a-task/ },
  maintenance: { input: null },
  schedules: { input: null },
  scheduleSlots: { input: { name: 'cleanup-old-data' } },
  failures: { input: {} },
  draftOutage: { input: { target: 'dga', from: start, cause: 'no power' } },
  deadList: { input: {} },
  deadShow: { input: 'a-letter' },
  kafkaStatus: { input: null, refused: /kafka/i },
  alertList: { input: {} },
  silences: { input: null },
  holds: { input: null },
  previewRetention: { input: null },
  dryRun: { input: { obligation: 'dga-well', slot: start + 3 * hour } },
  held: { input: { work, at: start + 2 * hour, ...span } },
  dataList: { input: { kind: 'points' } },
  dataGet: { input: { kind: 'points', id: 'well' } },
  dataHistory: { input: { kind: 'points', id: 'well' } },
  dataPreview: { input: { changes: [{ kind: 'points', id: 'other', content: { name: 'Other', kind: 'well' } }] } },
  dataKinds: { input: null },
  importPreview: { input: { base64: Buffer.from('id,name\n').toString('base64') } },
  corrections: { input: { series: 'well/flow' } },
  shownValues: { input: { series: 'well/flow', ...span } },
  measurements: { input: { schema: 'flows', point: 'well', ...span } },
  secretList: { input: null },
  providers: { input: null },
  listUsers: { input: null },
};

let world: TestWorld;
let config: RuntimeConfig;
let quiet: Awaited<ReturnType<typeof openQuiet>>;
beforeAll(async () => {
  world = await openWorld({ config: (made) => (config = made) });
  writeFileSync(
    join(world.folder, 'data', 'schemas.yaml'),
    'schemas: [{ id: flows, name: Flows, kind: MEASUREMENT, fields: { flow: {} } }]\n',
  );
  await world.run();
  await world.clock.advance(2 * hour);
  quiet = await openQuiet(config, true);
}, 120_000);
afterAll(async () => {
  await quiet.close();
  await world.close();
});

test('every operation says whether it writes', () => {
  expect(Object.keys(does).toSorted()).toEqual(Object.keys(createOperations({} as Services)).toSorted());
  expect(isReading('constructor')).toBe(false);
});

test('an operation that writes waits for the lock: the database is held', async () => {
  await expect(openQuiet(config)).rejects.toThrow(/ is in use by /);
});

test.each(Object.keys(asked) as Reading[])('%s is answered beside whoever holds the database', async (name) => {
  const { input, refused } = asked[name];
  expect(isReading(name)).toBe(true);
  const answer = quiet.call(name, input);
  if (refused === undefined) await answer;
  else await expect(answer).rejects.toThrow(refused);
});
