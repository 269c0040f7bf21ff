/**
 * Counter engine and default rule set against a plain loop over the same typed arrays, measured in the same run. Prints one
 * line of JSON: `samplesPerSecond` by subject and `ratio` (time of the subject over time of the plain loop).
 */
import { CounterEngine, openJudge, profiles, type SeriesSettings } from '@caudal/quality';

const rows = 1_000_000;
const interval = 60_000;
const rounds = 9;

const time = Float64Array.from({ length: rows }, (_, index) => 1_700_000_000_000 + index * interval);
const total = new Float64Array(rows);
const flow = new Float64Array(rows);
const level = new Float64Array(rows);
let register = 120_000;
for (let index = 0; index < rows; index += 1) {
  const litres = 8 + 4 * Math.sin(index / 500);
  flow[index] = litres;
  register += (litres * interval) / 1e6;
  total[index] = Math.round(register * 1000) / 1000;
  level[index] = 20 + 2 * Math.sin(index / 900);
}

/** Median time of the rounds, milliseconds; every subject is measured in turn so that all see the same machine. */
const measure = (subjects: Readonly<Record<string, () => void>>): Record<string, number> => {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < rounds + 2; round += 1) {
    for (const [name, subject] of Object.entries(subjects)) {
      const start = process.hrtime.bigint();
      subject();
      if (round >= 2) (times[name] ??= []).push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => [name, list.toSorted((a, b) => a - b)[list.length >> 1] as number]),
  );
};

const increase = new Float64Array(rows);
let checksum = 0;

/** What a plain script does: steps of the register, a fall taken for a restart at zero. */
const plain = () => {
  let before = Math.floor((total[0] as number) * 1000 + 0.5);
  let sum = 0;
  for (let index = 1; index < rows; index += 1) {
    const ticks = Math.floor((total[index] as number) * 1000 + 0.5);
    const step = ticks >= before ? ticks - before : ticks;
    before = ticks;
    sum += step;
    increase[index] = step / 1000;
  }
  checksum += sum;
};

const meters = [{ step: 0.001, maxFlow: 0.05, rollover: 1_000_000 }];

const chunk = 10_000;

const engine = () => {
  const counter = new CounterEngine({ meters, confirmWithinMs: 3 * interval });
  for (let from = 0; from < rows; from += chunk) {
    counter.push(time.subarray(from, from + chunk), total.subarray(from, from + chunk), chunk);
    checksum += counter.take().length;
  }
};

const series: Record<string, SeriesSettings> = {
  total: { kind: 'total', unit: 'm3', intervalMs: interval, meters },
  flow: { kind: 'flow', unit: 'L/s', intervalMs: interval, limits: { failAbove: 50, alertAbove: 40 } },
  level: { kind: 'level', unit: 'm', intervalMs: interval, limits: { alertAbove: 90 } },
};

const judged = (chunk: number, most: number) => () => {
  const judge = openJudge({ series, rules: profiles.default(series) });
  for (let from = 0; from < most; from += chunk) {
    const to = Math.min(from + chunk, most);
    const part = (value: Float64Array) => ({
      length: to - from,
      time: time.subarray(from, to),
      value: value.subarray(from, to),
    });
    checksum += judge.push({ total: part(total), flow: part(flow), level: part(level) }).findings.length;
  }
};

const streamed = 20_000;
const batch = measure({ plain, engine, rules: judged(chunk, rows) });
const stream = measure({ stream: judged(1, streamed) });
const perSecond = (samples: number, milliseconds = Number.NaN) => Math.round((samples / milliseconds) * 1000);
const ratio = (name: string) => Number(((batch[name] ?? Number.NaN) / (batch['plain'] ?? Number.NaN)).toPrecision(3));

console.log(
  JSON.stringify({
    bench: 'rules',
    rows,
    samplesPerSecond: {
      plain: perSecond(rows, batch['plain']),
      engine: perSecond(rows, batch['engine']),
      defaultRules: perSecond(3 * rows, batch['rules']),
      defaultRulesOneByOne: perSecond(3 * streamed, stream['stream']),
    },
    ratio: { engine: ratio('engine'), defaultRules: Number((ratio('rules') / 3).toPrecision(3)) },
    checksum: Number.isFinite(checksum),
  }),
);
