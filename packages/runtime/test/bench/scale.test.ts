import { expect, test } from 'vitest';
import { measureScale, type ScaleMeasures } from '../../bench/scale/measure-scale.ts';

const operations = ({ idle }: ScaleMeasures) =>
  Object.fromEntries(Object.entries(idle).map(([stage, tick]) => [stage, tick.operations]));

test('bench:scale: ten times the points ask the store for nothing more while nothing is due, and every slot is rendered when it is', async () => {
  // Rejects when a device was not read or a slot not rendered.
  const small = await measureScale(100, 2);
  const large = await measureScale(1_000, 2);
  expect(operations(large)).toEqual(operations(small));
  expect(Object.keys(large.idle).toSorted()).toEqual(['collect', 'comply', 'maintain', 'notify', 'process']);
  for (const [stage, { operations: asked }] of Object.entries(large.hour))
    expect(asked, stage).toBeLessThan(12 * 1_000);
  expect(large.slotsInStore).toBe(2_000);
  expect(JSON.parse(JSON.stringify(large))).toEqual(large);
}, 300_000);
