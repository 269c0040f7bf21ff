import { type Flag, type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { inTimeOrder } from './in-time-order.ts';
import type { Report } from './report.ts';

const code = 'LEVEL_ACCUMULATED_CONSISTENCY';
/** Three samples at each end stand for it, so that one spike is no change. */
const endSamples = 3;
/** So many changes of past windows, before their scatter counts. */
const leastChanges = 24;
const mostChanges = 168;

type Sample = [at: number, value: number, bad: 0 | 1];

interface Said {
  from: number;
  to: number;
  flag: Flag;
  change: number;
  counted: number;
}

interface State {
  levels: Sample[];
  totals: Sample[];
  changes: number[];
  changedAt: number | null;
  said: Said | null;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

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
    let state: State = { levels: [], totals: [], changes: [], changedAt: null, said: null };

    const emit = (report: Report, said: Said) => {
      const { from, to, flag, change, counted } = said;
      for (const role of ['level', 'total']) {
        const detail = { change, counted };
        report.find({ key: `${code}:${role}:${from}`, role, from, to, code, flag, status: 'final', detail });
      }
    };

    const mark = (report: Report, next: Said) => {
      const { said } = state;
      if (said !== null && said.flag === next.flag && next.from <= said.to) said.to = next.to;
      else {
        if (said !== null) emit(report, said);
        state.said = next;
      }
    };

    const moved = (change: number): boolean => {
      const usual = state.changes.length < leastChanges ? 0 : scatters * scatter(state.changes);
      const least = Math.max(leastChange, usual);
      const directed = direction === 'rising' ? change : direction === 'falling' ? -change : Math.abs(change);
      return directed >= least;
    };

    const learn = (at: number, change: number) => {
      if (state.changedAt !== null && at - state.changedAt < windowMs) return;
      state.changedAt = at;
      state.changes.push(change);
      if (state.changes.length > mostChanges) state.changes.shift();
    };

    /** The trailing window that ends at the last level. */
    const judge = (report: Report, at: number) => {
      const first = at - windowMs;
      while (state.levels.length > 0 && (state.levels[0] as Sample)[0] < first) state.levels.shift();
      while (state.totals.length > 0 && (state.totals[0] as Sample)[0] < first) state.totals.shift();
      const good = state.levels.filter(([, , bad]) => bad === 0);
      const ends = mode === 'legacy' ? 1 : endSamples;
      if (good.length < 2 * ends || state.totals.length < 2) return;
      const value = ([, level]: Sample) => level;
      const change = median(good.slice(-ends).map(value)) - median(good.slice(0, ends).map(value));
      // What was added at the first total was added before the window.
      const counted = state.totals.slice(1).reduce((sum, [, increase]) => sum + increase, 0);
      if (moved(change) && counted <= step * 1.000001) {
        const suppressed =
          mode !== 'legacy' &&
          (interference || good.length < state.levels.length || state.totals.some(([, , bad]) => bad === 1));
        mark(report, { from: (state.levels[0] as Sample)[0], to: at, flag: suppressed ? 2 : 3, change, counted });
      }
      learn(at, change);
    };

    return {
      push: (columns, report) => {
        inTimeOrder(columns, ['total', 'level'], (name, column, index) => {
          const at = column.time[index] as number;
          const bad = (column.flag[index] as number) >= 4 || !Number.isFinite(column.value[index]) ? 1 : 0;
          if (name === 'total') state.totals.push([at, bad === 1 ? 0 : (column.increase?.[index] ?? 0), bad]);
          else {
            state.levels.push([at, bad === 1 ? 0 : (column.value[index] as number), bad]);
            if (bad === 0) judge(report, at);
          }
          if (state.totals.length > 4096) state.totals.shift();
          if (state.levels.length > 4096) state.levels.shift();
        });
        if (state.said !== null) emit(report, state.said);
      },
      save: () => structuredClone(state) as unknown as Json,
      load: (saved: Json) => {
        state = structuredClone(saved) as unknown as State;
      },
    };
  },
});
