import { expect, it } from 'vitest';
import type { MeterSettings } from '../src/counter/settings.ts';
import { openJudge } from '../src/judge/judge.ts';
import { counterRule } from '../src/rules/counter.ts';
import { timeRule } from '../src/rules/time.ts';

const minute = 60_000;
const day = 1440;
const start = Date.UTC(2026, 0, 1);

interface Situation {
  readonly situation: string;
  /** Readings a minute apart. */
  readonly readings: readonly number[];
  /** Minute of each reading, where they are not a minute apart. */
  readonly at?: readonly number[];
  readonly conflict?: readonly number[];
  readonly meters?: readonly MeterSettings[];
  /** What each reading adds. */
  readonly adds: readonly number[];
  readonly says: readonly (readonly [code: string, flag: number, from: number, to: number])[];
}

/** A register of 0.1 m³ in a pipe that carries 3 m³ a minute at most. */
const meter: MeterSettings = { step: 0.1, maxFlow: 0.05 };

const situations: readonly Situation[] = [
  {
    situation: 'reset right after a reading: nothing is lost',
    readings: [500, 501, 0.5, 1, 1.5, 2],
    adds: [0, 1, 0.5, 0.5, 0.5, 0.5],
    says: [['TOTAL_RESET', 3, 2, 2]],
  },
  {
    situation: 'reset inside a gap: the step is suspect',
    readings: [5000, 5001, 12, 13, 14, 15],
    at: [0, 1, 61, 62, 63, 64],
    adds: [0, 1, 12, 1, 1, 1],
    says: [['TOTAL_RESET', 3, 61, 61]],
  },
  {
    situation: 'reset hidden by a long gap: the register can not tell',
    readings: [10, 11, 30, 31],
    at: [0, 1, 61, 62],
    adds: [0, 1, 19, 1],
    says: [],
  },
  {
    situation: 'rollover of a register of fixed digits: its last number is one step before the rollover',
    readings: [999_998, 999_999, 0, 1, 2, 3],
    meters: [{ step: 1, maxFlow: 0.05, rollover: 1_000_000 }],
    adds: [0, 1, 1, 1, 1, 1],
    says: [['TOTAL_ROLLOVER', 1, 2, 2]],
  },
  {
    situation: 'rollover of a 16 bit pulse counter of 0.1 m³',
    readings: [6553.4, 6553.5, 0.1, 0.2, 0.3, 0.4],
    meters: [{ ...meter, rollover: 6553.6 }],
    adds: [0, 0.1, 0.2, 0.1, 0.1, 0.1],
    says: [['TOTAL_ROLLOVER', 1, 2, 2]],
  },
  {
    situation: 'rollover after a gap in which more than one is possible: ambiguous',
    readings: [6553, 6553.5, 1, 2, 3, 4],
    at: [0, 1, 3001, 3002, 3003, 3004],
    meters: [{ ...meter, rollover: 6553.6 }],
    adds: [0, 0.5, 1.1, 1, 1, 1],
    says: [['TOTAL_ROLLOVER', 2, 3001, 3001]],
  },
  {
    situation: 'rollover of a 23 bit sensor of 0.1: no power of ten',
    readings: [838_860.5, 838_860.7, 0.4, 0.8, 1.2, 1.6],
    meters: [{ ...meter, rollover: 838_860.8 }],
    adds: [0, 0.2, 0.5, 0.4, 0.4, 0.4],
    says: [['TOTAL_ROLLOVER', 1, 2, 2]],
  },
  {
    situation: 'glitch to zero for up to three readings: no reset, nothing counted twice',
    readings: [500, 501, 0, 0, 0, 503, 504],
    adds: [0, 1, 0, 0, 0, 2, 1],
    says: [['TOTAL_GLITCH_ZERO', 4, 2, 4]],
  },
  {
    situation: 'zero for longer, then back within a day: one long glitch',
    readings: [500, 501, 0, 0, 0, 0, 0, 0, 508, 509],
    adds: [0, 1, 0, 0, 0, 0, 0, 0, 7, 1],
    says: [['TOTAL_GLITCH_ZERO', 4, 2, 7]],
  },
  {
    situation: 'the last digit flickers',
    readings: [215.6, 215.7, 215.6, 215.8],
    adds: [0, 0.1, 0, 0.1],
    says: [['TOTAL_DIP', 1, 2, 2]],
  },
  {
    situation: 'meter replaced, with a record: exact',
    readings: [500, 501, 10.5, 11],
    meters: [
      { ...meter, lastReading: 501.4 },
      { ...meter, installedAt: start + 1.5 * minute, firstReading: 10 },
    ],
    adds: [0, 1, 0.9, 0.5],
    says: [['METER_REPLACED', 1, 2, 2]],
  },
  {
    situation: 'meter replaced without a record by one at zero: like a reset',
    readings: [500, 501, 0, 0.5, 1, 1.5],
    adds: [0, 1, 0, 0.5, 0.5, 0.5],
    says: [['TOTAL_RESET', 3, 2, 2]],
  },
  {
    situation: 'meter replaced without a record by a used one below: unexplained, and the line goes on from it',
    readings: [5000, 5001, 300, 301, 302, 303],
    adds: [0, 1, 0, 1, 1, 1],
    says: [['TOTAL_DECREASE_UNEXPLAINED', 3, 2, 2]],
  },
  {
    situation: 'meter replaced without a record by a used one above: a jump, and nothing is counted',
    readings: [5000, 5001, 8000, 8001, 8002, 8003],
    adds: [0, 1, 0, 1, 1, 1],
    says: [['TOTAL_JUMP', 4, 2, 2]],
  },
  {
    situation: 'litres for cubic metres: the unit is suspect, and nothing is counted',
    readings: [500, 501, 502_000, 503_000, 504_000, 505_000, 506, 507],
    adds: [0, 1, 0, 0, 0, 0, 5, 1],
    says: [['UNIT_SUSPECT', 4, 2, 5]],
  },
  {
    situation: 'frozen register, then catch-up: plain growth as far as the pipe can have carried it since',
    readings: [500, 501, 501, 501, 501, 501, 511, 512],
    adds: [0, 1, 0, 0, 0, 0, 10, 1],
    says: [],
  },
  {
    situation: 'two readings for one instant',
    readings: [500, 501, 502],
    conflict: [0, 1, 0],
    adds: [0, 1, 1],
    says: [['TIME_DUPLICATE_CONFLICT', 3, 1, 1]],
  },
  {
    situation: 'offline for a month, same total: no water, and nothing is said of when',
    readings: [500, 501, 501, 502],
    at: [0, 1, 30 * day, 30 * day + 1],
    adds: [0, 1, 0, 1],
    says: [['TIME_GAP', 2, 30 * day, 30 * day]],
  },
  {
    situation: 'a negative total fails and is never an anchor',
    readings: [500, 501, -3, -2, 502, 503],
    adds: [0, 1, 0, 0, 1, 1],
    says: [['TOTAL_NEGATIVE', 4, 2, 3]],
  },
  {
    situation:
      'a register sent as float32 that has outgrown it: said once, where a reading first leaves the grid of the step',
    readings: Array.from({ length: 30 }, (_, index) => Math.fround(1_234_567.1 + 0.3 * index)),
    adds: [],
    says: [['FLOAT32_REGISTER', 1, 2, 2]],
  },
  {
    situation: 'water runs backwards through a meter made for it',
    readings: [500, 501, 500, 499, 500],
    meters: [{ ...meter, bidirectional: true }],
    adds: [0, 1, -1, -1, 1],
    says: [
      ['BACKFLOW', 1, 2, 2],
      ['BACKFLOW', 1, 3, 3],
    ],
  },
  {
    situation: 'the register runs backwards in a meter not made for it: unexplained',
    readings: [5000, 5001, 4990, 4991, 4992, 4993],
    adds: [0, 1, 0, 1, 1, 1],
    says: [['TOTAL_DECREASE_UNEXPLAINED', 3, 2, 2]],
  },
];

it.each(situations)('$situation', ({ readings, at, conflict, meters = [meter], adds, says }) => {
  const series = { total: { kind: 'total', unit: 'm3', meters } } as const;
  const time = Float64Array.from(readings, (_, index) => start + (at?.[index] ?? index) * minute);
  const samples = {
    length: readings.length,
    time,
    value: Float64Array.from(readings),
    ...(conflict === undefined ? {} : { conflict: Uint8Array.from(conflict) }),
  };
  const judge = openJudge({ series, rules: [{ rule: timeRule }, { rule: counterRule }] });
  const outputs = [judge.push({ total: samples }), judge.advance(Infinity)];

  const added = new Map(Array.from(time, (instant) => [instant, Number.NaN]));
  const findings = new Map<string, readonly [string, number, number, number]>();
  for (const { settled, findings: found, withdrawn } of outputs) {
    const { time: instants, increase, revoked } = settled['total'] ?? { time: [], increase: [], revoked: [] };
    instants.forEach((instant, index) => added.set(instant, increase[index] as number));
    for (const { from, to } of revoked)
      for (const instant of time) if (instant >= from && instant <= to) added.set(instant, 0);
    for (const key of withdrawn) findings.delete(key);
    for (const { key, code, flag, from, to } of found)
      findings.set(key, [code, flag, (from - start) / minute, (to - start) / minute]);
  }
  expect([...findings.values()]).toEqual(says);
  if (adds.length > 0) expect([...added.values()].map((one) => Math.round(one * 1000) / 1000 + 0)).toEqual(adds);
});
