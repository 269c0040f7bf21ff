import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram, performance } from 'node:perf_hooks';
import { imbalances } from '../../test/recovery/imbalances.ts';
import { secondsOfBareSqlite } from '../bare-sqlite.ts';
import { rounded, slope } from './measures.ts';
import { databaseIn, startStages } from './running.ts';
import { recordOf, valuesPerRecord } from './wells.ts';

const mebibyte = 1024 * 1024;
/** Bodies that wait for their acknowledgement at once, as connections of loggers do. */
const connections = 32;
/** Hours that may lie in the raw table unprocessed: then loggers are held, as the runtime holds streams. */
const hoursAhead = 2;
const sampleMs = 250;

/** By series of the record's well and by its hour: from indexes, so that nothing has to be sorted. */
const arrivedValues = `SELECT v.* FROM raw r
  CROSS JOIN (SELECT '/total' AS series UNION ALL SELECT '/flow' UNION ALL SELECT '/level' UNION ALL SELECT '/temperature') s
  CROSS JOIN series n ON n.name = substr(json_extract(r.devices, '$[0]'), 8) || s.series
  CROSS JOIN value v ON v.series = n.id AND v.at > r.received_at - 3660000 AND v.at <= r.received_at ORDER BY r.seq`;

/** What `bench:pipeline` prints. */
export interface PipelineMeasures {
  readonly bench: 'pipeline';
  readonly node: string;
  readonly seconds: number;
  readonly values: number;
  readonly rawRecords: number;
  readonly dueSubmissions: number;
  readonly valuesPerSecond: number;
  readonly bareValuesPerSecond: number;
  readonly ratioToBareSqlite: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly rssMb: number;
  readonly rssSlopeMbPerHour: number;
  /** Of all threads: unlike the rate it hardly depends on what else the machine does. */
  readonly cpuMicrosecondsPerValue: number;
  readonly mainThreadCpuMicrosecondsPerValue: number;
  readonly bareCpuMicrosecondsPerValue: number;
  /** Of the time on the main thread: making the bodies, which is the vendors' work. */
  readonly shareOfMakingBodies: number;
}

const sum = ({ user, system }: NodeJS.CpuUsage): number => user + system;

/**
 * Hands in the bodies of loggers for so many seconds, in whole hours of the wells, and waits until every submission is due.
 *
 * @throws when a value, a record or a submission is missing at the end
 */
export const measurePipeline = async (seconds: number, wells: number): Promise<PipelineMeasures> => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-bench-'));
  try {
    const running = await startStages(folder, wells);
    /** Microseconds. */
    const acks = createHistogram();
    const memory: { x: number; y: number }[] = [];
    let making = 0;
    let hours = 0;
    const handInAnHour = async () => {
      await running.processed(hours - hoursAhead);
      let next = 0;
      const logger = async () => {
        while (next < wells) {
          const made = performance.now();
          const record = recordOf(next++, hours);
          const handedIn = performance.now();
          making += handedIn - made;
          await running.keep(record);
          acks.record(1 + Math.round((performance.now() - handedIn) * 1000));
        }
      };
      await Promise.all(Array.from({ length: connections }, logger));
      hours += 1;
    };
    // Judges are opened with the first values of their points: that is a start, not a pace.
    await handInAnHour();
    await running.due(wells);
    making = 0;
    acks.reset();
    const [cpu, mainCpu] = [process.cpuUsage(), process.threadCpuUsage()];
    const began = performance.now();
    const sample = () => void memory.push({ x: performance.now() - began, y: process.memoryUsage.rss() / mebibyte });
    sample();
    const sampling = setInterval(sample, sampleMs);
    do await handInAnHour();
    while (performance.now() - began < seconds * 1000);
    await running.due(hours * wells);
    const taken = performance.now() - began;
    const [cpuTaken, mainCpuTaken] = [sum(process.cpuUsage(cpu)), sum(process.threadCpuUsage(mainCpu))];
    clearInterval(sampling);
    sample();
    const found = await running.close();
    const records = hours * wells;
    if (found.values !== records * valuesPerRecord || found.records !== records || found.due !== records)
      throw new Error(`of ${records} records, ${valuesPerRecord} values each: ${JSON.stringify(found)}`);
    const wrong = imbalances(databaseIn(folder));
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    const values = (records - wells) * valuesPerRecord;

    const cpuBefore = process.cpuUsage();
    const bare =
      (secondsOfBareSqlite(databaseIn(folder), join(folder, 'bare.db'), { value: arrivedValues }) * values) /
      found.values;
    return {
      bench: 'pipeline',
      node: process.version,
      seconds: rounded(taken / 1000, 1),
      values,
      rawRecords: records,
      dueSubmissions: found.due,
      valuesPerSecond: rounded((values / taken) * 1000),
      bareValuesPerSecond: rounded(values / bare),
      ratioToBareSqlite: rounded((bare * 1000) / taken, 2),
      ackP50Ms: rounded(acks.percentile(50) / 1000, 1),
      ackP99Ms: rounded(acks.percentile(99) / 1000, 1),
      rssMb: rounded(Math.max(...memory.map(({ y }) => y))),
      rssSlopeMbPerHour: rounded(slope(memory.slice((memory.length - 1) >> 1)) * 3_600_000),
      cpuMicrosecondsPerValue: rounded(cpuTaken / values, 1),
      mainThreadCpuMicrosecondsPerValue: rounded(mainCpuTaken / values, 1),
      bareCpuMicrosecondsPerValue: rounded(sum(process.cpuUsage(cpuBefore)) / values, 1),
      shareOfMakingBodies: rounded(making / taken, 3),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
