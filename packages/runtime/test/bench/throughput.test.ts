import { expect, test } from 'vitest';
import { measureThroughput } from '../../bench/throughput/measure-throughput.ts';
import { noServer } from '../store/postgres-server.ts';

test.skipIf(noServer !== undefined)(
  `bench:throughput brings every record to its values, beside the bare server, and says so in one object${noServer === undefined ? '' : `: ${noServer}`}`,
  { timeout: 400_000 },
  async () => {
    // Rejects when a value or a record is missing.
    const measures = await measureThroughput({ wells: 5, hours: 2, instances: [1], withKafka: false, sync: false });
    const { bench, node, wells, values, rawRecords, runs } = measures;
    expect({ bench, node, wells, values, rawRecords }).toEqual({
      bench: 'throughput',
      node: process.version,
      wells: 5,
      values: 200,
      rawRecords: 10,
    });
    expect(runs).toEqual([
      {
        kafka: false,
        instances: 1,
        processorsThatJudged: 1,
        valuesPerSecond: expect.any(Number),
        barePostgresValuesPerSecond: expect.any(Number),
        ratioToBarePostgres: expect.any(Number),
        bareKafkaValuesPerSecond: null,
        ratioToBareKafka: null,
        scalingFactor: 1,
        serialShareByScaling: null,
        shareOfTimeLockHeld: expect.any(Number),
        cpuMicrosecondsPerValue: expect.any(Number),
      },
    ]);
    expect(JSON.parse(JSON.stringify(measures))).toEqual(measures);
  },
);
