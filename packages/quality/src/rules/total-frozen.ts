import { type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { flowAndTotal, flowAndTotalParams, FlowVolume } from './flow-volume.ts';
import { inTimeOrder } from './in-time-order.ts';
import type { Report } from './report.ts';

interface Still {
  /** Last sample at which the register moved. */
  since: number;
  carried: number;
  /** What the flow had carried at the first sample without a step, m³. */
  steady: number;
  gaps: number;
  from: number;
  to: number;
  count: number;
  frozen: boolean;
  flowed: number;
}

const code = 'TOTAL_FROZEN';

/**
 * TOTAL_FROZEN: water runs and the register stands still. What the register catches up later is plain growth; what it never
 * does is offered as an estimate from the flow, for a person to decide.
 */
export const totalFrozenRule = builtIn({
  id: 'total-frozen',
  description: 'Water runs and the register stands still',
  roles: flowAndTotal,
  codes: { [code]: [3] },
  params: {
    ...flowAndTotalParams,
    steps: Type.Number({ default: 3, minimum: 1, description: 'Steps that the flow must have carried meanwhile.' }),
    samples: Type.Integer({ default: 3, minimum: 1, description: 'Samples without a step.' }),
    tolerance: Type.Number({ default: 0.1, minimum: 0, description: 'Relative difference that counts as caught up.' }),
  },
  open: ({ step, meaning, intervalMs, steps, samples, tolerance }) => {
    let report: Report | undefined;
    let still: Still | null = null;

    const say = (current: Still) => {
      report?.find({
        key: `${code}:total:${current.from}`,
        role: 'total',
        from: current.from,
        to: current.to,
        code,
        flag: 3,
        status: 'final',
        detail: { flowed: current.flowed, readings: current.count },
      });
    };

    const offer = (current: Still, at: number, lost: number) => {
      const because = `${code}:total:${current.from}`;
      report?.correct({
        key: because,
        role: 'total',
        from: at,
        to: Infinity,
        method: 'offset',
        amount: lost,
        origin: 'estimated',
        state: 'suggested',
        because,
      });
    };

    const restart = (at: number, carried: number, gaps: number): void => {
      if (Number.isNaN(carried)) {
        still = null;
        return;
      }
      still ??= { since: at, carried, steady: carried, gaps, from: 0, to: at, count: 0, frozen: false, flowed: 0 };
      still.since = at;
      still.carried = carried;
      still.gaps = gaps;
      still.to = at;
      still.count = 0;
      still.frozen = false;
      still.flowed = 0;
    };

    const volume = new FlowVolume(meaning, 3 * intervalMs, (at, increase, _flag, carried, _flow, gaps) => {
      const current = still;
      if (current === null || Number.isNaN(carried) || gaps !== current.gaps) {
        if (current?.frozen === true) say(current);
        restart(at, carried, gaps);
        return;
      }
      const flowed = carried - current.carried;
      if (increase !== 0) {
        if (current.frozen) {
          say(current);
          const lost = flowed - increase;
          if (lost > Math.max(tolerance * flowed, 2 * step)) offer(current, at, lost);
        }
        restart(at, carried, gaps);
        return;
      }
      if (current.count === 0) {
        current.from = at;
        // What ran between the last step and the first still sample may have been that step's: a pump that stops is no proof.
        current.steady = carried;
      }
      current.count += 1;
      current.to = at;
      current.flowed = flowed;
      if (current.count >= samples && carried - current.steady >= steps * step) current.frozen = true;
    });

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
        if (still?.frozen === true) say(still);
      },
      save: () => ({ volume: volume.save(), still: still === null ? null : { ...still } }) as unknown as Json,
      load: (state: Json) => {
        const saved = state as unknown as { volume: ReturnType<FlowVolume['save']>; still: Still | null };
        volume.load(saved.volume);
        still = saved.still === null ? null : { ...saved.still };
      },
    };
  },
});
