import { type Flag, type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { inTimeOrder } from './in-time-order.ts';
import type { Report } from './report.ts';
import { Trailing } from './trailing.ts';
import { CompensatedSum } from '../windows/area.ts';

const code = 'LEVEL_ACCUMULATED_CONSISTENCY';
/** Three samples at each end stand for it, so that one spike is no change. */
const endSamples = 3;
/** So many changes of past windows, before their scatter counts. */
const leastChanges = 24;
const mostChanges = 168;

interface Said {
  from: number;
  to: number;
  flag: Flag;
  change: number;
  counted: number;
}

interface State {
  levels: ReturnType<Trailing['save']>;
  /** The total's increase since the run began, at each of its samples. */
  totals: ReturnType<Trailing['save']>;
  badLevels: ReturnType<Trailing['save']>;
  badTotals: ReturnType<Trailing['save']>;
  counted: readonly [number, number];
  changes: number[];
  changedAt: number | null;
  said: Said | null;
}

/** More samples than a window of seconds could need are not kept. */
const mostSamples = 4096;

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

const middle = (a: number, b: number, c: number): number =>
  a < b ? (b < c ? b : Math.max(a, c)) : a < c ? a : Math.max(b, c);

const scatter = (values: readonly number[]): number => {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
};

/**
 * LEVEL_ACCUMULATED_CONSISTENCY: within a window the level moved as only pumping moves it, and the register did not. Without
 * a declared sign of the level both directions count. A window with failed or missing values is not evaluated.
 */
export const levelAccumulatedConsistencyRule = builtIn({
  id: 'level-accumulated-consistency',
  description: 'The level moved and the register did not',
  roles: {
    level: { required: true, unit: 'm', description: 'Level of the water' },
    total: { required: true, unit: 'm3', description: 'Register, with its increase' },
  },
  codes: { [code]: [2, 3] },
  sees: 9,
  params: {
    mode: Type.Enum(['strict', 'legacy'], {
      default: 'strict',
      description: 'legacy: each pair of samples by itself.',
    }),
    step: Type.Number({ default: 0.001, exclusiveMinimum: 0, description: 'Step of the register, m³.' }),
    windowMs: Type.Number({ default: 3_600_000, exclusiveMinimum: 0, description: 'Window, ms.' }),
    leastChange: Type.Number({ default: 0.5, exclusiveMinimum: 0, description: 'Smaller changes are none, m.' }),
    scatters: Type.Number({ default: 6, minimum: 0, description: 'Nor are those within so many MAD of the usual.' }),
    direction: Type.Enum(['any', 'rising', 'falling'], {
      default: 'any',
      description: 'Direction of the value that pumping causes: a depth to water rises, a water column falls.',
    }),
    interference: Type.Boolean({ default: false, description: 'A neighbouring well moves this level: not evaluated.' }),
  },
  open: ({ mode, step, windowMs, leastChange, scatters, direction, interference }) => {
    const levels = new Trailing();
    const totals = new Trailing();
    const badLevels = new Trailing();
    const badTotals = new Trailing();
    const counter = new CompensatedSum();
    let changes: number[] = [];
    let changedAt: number | null = null;
    let said: Said | null = null;
    let dirty = false;
    const ends = mode === 'legacy' ? 1 : endSamples;

    const emit = (report: Report, { from, to, flag, change, counted }: Said) => {
      for (const role of ['level', 'total']) {
        const detail = { change, counted };
        report.find({ key: `${code}:${role}:${from}`, role, from, to, code, flag, status: 'final', detail });
      }
    };

    const mark = (report: Report, next: Said) => {
      dirty = true;
      if (said !== null && said.flag === next.flag && next.from <= said.to) said.to = next.to;
      else {
        if (said !== null) emit(report, said);
        said = next;
      }
    };

    const moved = (change: number): boolean => {
      const directed = direction === 'rising' ? change : direction === 'falling' ? -change : Math.abs(change);
      if (directed < leastChange) return false;
      return changes.length < leastChanges || directed >= scatters * scatter(changes);
    };

    const learn = (at: number, change: number) => {
      if (changedAt !== null && at - changedAt < windowMs) return;
      changedAt = at;
      changes.push(change);
      if (changes.length > mostChanges) changes.shift();
    };

    /** Level at one end of the window: the first `ends` samples from `index` on. */
    const levelAt = (index: number): number =>
      ends === 1 ? levels.value(index) : middle(levels.value(index), levels.value(index + 1), levels.value(index + 2));

    /** The trailing window that ends at the last level. */
    const judge = (report: Report, at: number) => {
      for (const trailing of [levels, totals, badLevels, badTotals]) trailing.keep(at - windowMs, mostSamples);
      if (levels.length < 2 * ends || totals.length < 2) return;
      const change = levelAt(levels.length - ends) - levelAt(0);
      if (moved(change)) {
        // What was added at the first total was added before the window.
        const counted = totals.value(totals.length - 1) - totals.value(0);
        if (counted < step * 1.5) {
          const suppressed = mode !== 'legacy' && (interference || badLevels.length + badTotals.length > 0);
          mark(report, { from: levels.at(0), to: at, flag: suppressed ? 2 : 3, change, counted });
        }
      }
      learn(at, change);
    };

    return {
      push: (columns, report) => {
        inTimeOrder(columns, ['total', 'level'], (name, column, index) => {
          const at = column.time[index] as number;
          const bad = (column.flag[index] as number) >= 4 || !Number.isFinite(column.value[index]);
          if (name === 'total') {
            if (bad) badTotals.push(at, 0);
            else {
              counter.add(column.increase?.[index] ?? 0);
              totals.push(at, counter.value);
              totals.keep(at - windowMs, mostSamples);
            }
          } else if (bad) badLevels.push(at, 0);
          else {
            levels.push(at, column.value[index] as number);
            judge(report, at);
          }
        });
        if (said !== null && dirty) emit(report, said);
        dirty = false;
      },
      save: () => ({
        levels: levels.save(),
        totals: totals.save(),
        badLevels: badLevels.save(),
        badTotals: badTotals.save(),
        counted: counter.save(),
        changes: [...changes],
        changedAt,
        said: said === null ? null : { ...said },
      }),
      load: (state: Json) => {
        const saved = state as unknown as State;
        levels.load(saved.levels);
        totals.load(saved.totals);
        badLevels.load(saved.badLevels);
        badTotals.load(saved.badTotals);
        counter.load(saved.counted);
        changes = [...saved.changes];
        changedAt = saved.changedAt;
        said = saved.said === null ? null : { ...saved.said };
      },
    };
  },
});
