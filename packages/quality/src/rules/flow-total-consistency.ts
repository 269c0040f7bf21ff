import { type Flag, type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { flowAndTotal, flowAndTotalParams, FlowVolume, type OnTotal } from './flow-volume.ts';
import { inTimeOrder } from './in-time-order.ts';
import type { Report } from './report.ts';

interface Window {
  /** Sample the window opened at; it belongs to the window before. */
  readonly openedAt: number;
  readonly carried: number;
  readonly flow: number;
  readonly gaps: number;
  from: number;
  last: number;
  moved: number;
  /** Milliseconds without enough samples of the flow. */
  bad: number;
}

const code = 'FLOW_TOTAL_CONSISTENCY';

/**
 * FLOW_TOTAL_CONSISTENCY: the integral of the flow against the increase of the total, over a window that grows until there is
 * enough water to compare. Pairs of samples would say nothing: one step of a register is many litres.
 */
export const flowTotalConsistencyRule = builtIn({
  id: 'flow-total-consistency',
  description: 'The flow and the register tell of different volumes',
  roles: flowAndTotal,
  codes: { [code]: [2, 3, 4] },
  params: {
    mode: Type.Enum(['strict', 'legacy'], {
      default: 'strict',
      description: 'legacy: each pair of samples by itself.',
    }),
    ...flowAndTotalParams,
    tolerance: Type.Number({ default: 0.1, minimum: 0, description: 'Relative difference that passes.' }),
    leastSteps: Type.Number({ default: 20, exclusiveMinimum: 0, description: 'Steps that a window must hold.' }),
    longestMs: Type.Number({ default: 86_400_000, exclusiveMinimum: 0, description: 'Longest window, ms.' }),
    maxGapMs: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Longest step integrated, ms; 3 intervals.' }),
    ),
    flowMin: Type.Number({ default: 0, minimum: 0, description: 'legacy: smaller flows are none, L/s.' }),
    minRatio: Type.Number({ default: 0.5, minimum: 0, description: 'legacy: smallest share of the flow.' }),
  },
  open: (params) => {
    const { mode, step, meaning, intervalMs, tolerance, leastSteps, longestMs, flowMin, minRatio } = params;
    const maxGapMs = params.maxGapMs ?? 3 * intervalMs;
    let report: Report | undefined;
    let window: Window | null = null;
    let beforeAt = 0;
    let beforeFlow = Number.NaN;

    const say = (from: number, to: number, flag: Flag, detail: Record<string, string | number>) => {
      for (const role of ['total', 'flow']) {
        report?.find({ key: `${code}:${role}:${from}`, role, from, to, code, flag, status: 'final', detail });
      }
    };

    const open = (at: number, carried: number, flow: number, gaps: number): void => {
      window = Number.isNaN(carried)
        ? null
        : { openedAt: at, carried, flow, gaps, from: 0, last: at, moved: 0, bad: 0 };
    };

    /** Half the difference of the flows at both ends, for one interval: what an instantaneous flow leaves open. */
    const unsure = (current: Window, flow: number) =>
      meaning === 'instant' ? (Math.abs(flow - current.flow) / 2) * (intervalMs / 1000 / 1000) : 0;

    const compare = (current: Window, at: number, carried: number, flow: number) => {
      const flowed = carried - current.carried;
      const largest = Math.max(flowed, current.moved);
      const least = leastSteps * step;
      if (largest < least) return;
      if (current.bad > 0.2 * (at - current.openedAt)) {
        say(current.from, at, 2, { reason: 'too few samples of the flow' });
        return;
      }
      const band = Math.max(tolerance * largest, 2 * step + unsure(current, flow));
      const detail = { flowed, counted: current.moved, limit: band };
      if (current.moved < flowed - band) {
        say(current.from, at, current.moved === 0 ? 4 : 3, { ...detail, reason: 'total-behind' });
      } else if (current.moved > flowed + band) say(current.from, at, 3, { ...detail, reason: 'flow-behind' });
    };

    const strict: OnTotal = (at, increase, flag, carried, flow, gaps) => {
      const current = window;
      if (current === null) {
        open(at, carried, flow, gaps);
        return;
      }
      if (current.from === 0) current.from = at;
      const elapsed = at - current.last;
      const broken =
        Number.isNaN(carried) || gaps !== current.gaps
          ? 'gap of the flow'
          : flag >= 3
            ? 'the register is suspect'
            : elapsed > maxGapMs
              ? 'gap of the total'
              : undefined;
      if (broken !== undefined) {
        say(current.from, at, 2, { reason: broken });
        open(at, carried, flow, gaps);
        return;
      }
      if (elapsed > 1.5 * intervalMs) current.bad += elapsed - intervalMs;
      current.last = at;
      current.moved += increase;
      const full = Math.max(carried - current.carried, current.moved) >= leastSteps * step;
      if (full || at - current.openedAt >= longestMs) {
        compare(current, at, carried, flow);
        open(at, carried, flow, gaps);
      }
    };

    const legacy: OnTotal = (at, increase, _flag, _carried, flow) => {
      if (flow > flowMin && beforeFlow > flowMin) {
        const flowed = ((flow + beforeFlow) / 2) * ((at - beforeAt) / 1000 / 1000);
        if (increase < minRatio * flowed) {
          say(at, at, 3, { flowed, counted: increase, reason: 'total-behind' });
        }
      }
      beforeAt = at;
      beforeFlow = flow;
    };

    const volume = new FlowVolume(meaning, maxGapMs, mode === 'legacy' ? legacy : strict);
    return {
      push: (columns, into) => {
        report = into;
        inTimeOrder(columns, ['flow', 'total'], (name, column, index) => {
          const at = column.time[index] as number;
          const value = column.value[index] as number;
          if (!Number.isFinite(value)) return;
          if (name === 'flow') volume.flow(at, value);
          else volume.total(at, column.increase?.[index] ?? 0, column.flag[index] as number);
        });
      },
      save: () =>
        ({
          volume: volume.save(),
          window: window === null ? null : { ...window },
          before: Number.isNaN(beforeFlow) ? null : [beforeAt, beforeFlow],
        }) as unknown as Json,
      load: (state: Json) => {
        const saved = state as unknown as {
          volume: ReturnType<FlowVolume['save']>;
          window: Window | null;
          before: readonly [number, number] | null;
        };
        volume.load(saved.volume);
        window = saved.window === null ? null : { ...saved.window };
        [beforeAt, beforeFlow] = saved.before ?? [0, Number.NaN];
      },
    };
  },
});
