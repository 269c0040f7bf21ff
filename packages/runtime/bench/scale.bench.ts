/**
 * What a runtime costs by its number of points, each with a logger, three series and hourly slots in the store: memory and time of a start,
 * processor time of a tick of each stage with nothing due, and of an hour's reads and slots. Every number of points has a process of its
 * own. Prints one JSON document, and on the other stream each part as it is measured; 100, 1,000 and 10,000 points, with `--long` 100,000 too.
 *
 *   npm run bench:scale -- [--long] [--slots=24] [--points=N]
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rounded } from './pipeline/measures.ts';
import { measureScale, type ScaleMeasures } from './scale/measure-scale.ts';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    slots: { type: 'string', default: '24' },
    points: { type: 'string' },
    one: { type: 'boolean', default: false },
  },
});
const slots = Number(values.slots);

/** In a process of its own, so that no memory of another size is measured. */
const measured = (points: number): ScaleMeasures =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [
        ...process.execArgv,
        '--expose-gc',
        '--max-old-space-size=4096',
        fileURLToPath(import.meta.url),
        `--points=${points}`,
        `--slots=${slots}`,
        '--one',
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  ) as ScaleMeasures;

const idleMs = ({ idle }: ScaleMeasures) => Object.values(idle).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
const hourMs = ({ hour }: ScaleMeasures) => Object.values(hour).reduce((sum, { cpuMs }) => sum + cpuMs, 0);

/** What each point more costs between two sizes. */
const growth = (small: ScaleMeasures, large: ScaleMeasures) => {
  const per = (of: (one: ScaleMeasures) => number, places = 2) =>
    rounded((of(large) - of(small)) / (large.points - small.points), places);
  return {
    from: small.points,
    to: large.points,
    heapBytes: per(({ heapMb }) => heapMb * 1024 * 1024, 0),
    startCpuMs: per(({ startCpuMs }) => startCpuMs, 3),
    idleTickCpuMicroseconds: per((one) => 1000 * idleMs(one)),
    hourCpuMs: per(hourMs, 3),
  };
};

if (values.one) {
  console.log(
    JSON.stringify(await measureScale(Number(values.points), slots, 3, (part) => console.error(JSON.stringify(part)))),
  );
} else {
  const sizes =
    values.points === undefined ? [100, 1_000, 10_000, ...(values.long ? [100_000] : [])] : [Number(values.points)];
  const results = sizes.map(measured);
  console.log(
    JSON.stringify(
      {
        bench: 'scale',
        node: process.version,
        cores: availableParallelism(),
        load: loadavg()[0],
        sizes: results,
        growthPerPoint: results.slice(1).map((large, index) => growth(results[index] as ScaleMeasures, large)),
      },
      undefined,
      2,
    ),
  );
}
