import { expect, test } from 'vitest';
import { measurePipeline } from '../../bench/pipeline/measure-pipeline.ts';

test('bench:pipeline brings every body to a due submission, compares itself with bare SQLite and says so in one object', async () => {
  // Rejects when a value, a record or a submission is missing, or when the books do not add up.
  const measures = await measurePipeline(0, 10);
  const { bench, node, values, rawRecords, dueSubmissions, ...measured } = measures;
  expect({ bench, node }).toEqual({ bench: 'pipeline', node: process.version });
  expect(values).toBe(20 * 10);
  expect([rawRecords, dueSubmissions]).toEqual([20, 20]);
  expect(Object.keys(measured)).toEqual([
    'seconds',
    'valuesPerSecond',
    'bareValuesPerSecond',
    'ratioToBareSqlite',
    'ackP50Ms',
    'ackP99Ms',
    'rssMb',
    'rssSlopeMbPerHour',
    'cpuMicrosecondsPerValue',
    'mainThreadCpuMicrosecondsPerValue',
    'bareCpuMicrosecondsPerValue',
    'shareOfMakingBodies',
  ]);
  for (const [name, value] of Object.entries(measured)) expect(value, name).toEqual(expect.any(Number));
  expect(JSON.parse(JSON.stringify(measures))).toEqual(measures);
});
