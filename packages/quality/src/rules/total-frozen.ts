import { type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { FlowVolume, type TotalSample } from './flow-volume.ts';
import { inTimeOrder } from './in-time-order.ts';
import type { Report } from './report.ts';

interface Still {
  /** Last sample at which the register moved. */
  readonly since: number;
  readonly carried: number;
  readonly gaps: number;
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
  roles: {
    flow: { required: true, unit: 'L/s', description: 'Flow' },
    total: { required: true, unit: 'm3', description: 'Register, with its increase' },
  },
  codes: { [code]: [3] },
  params: {
    step: Type.Number({ default: 0.001, exclusiveMinimum: 0, description: 'Step of the register, m³.' }),
    meaning: Type.Enum(['instant', 'mean-preceding', 'mean-succeeding'], {
      default: 'instant',
      description: 'What one sample of the flow stands for.',
    }),
    intervalMs: Type.Number({ default: 900_000, exclusiveMinimum: 0, description: 'Interval of the flow, ms.' }),
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

    const restart = ({ at, carried }: TotalSample, gaps: number): Still | null =>
      Number.isNaN(carried)
        ? null
        : { since: at, carried, gaps, from: 0, to: at, count: 0, frozen: false, flowed: 0 };

    const volume = new FlowVolume(meaning, 3 * intervalMs, (sample, gaps) => {
      const current = still;
      if (current === null || Number.isNaN(sample.carried) || gaps !== current.gaps) {
        still = restart(sample, gaps);
        return;
      }
      const flowed = sample.carried - current.carried;
      if (sample.increase !== 0) {
        if (current.frozen) {
          const lost = flowed - sample.increase;
          if (lost > Math.max(tolerance * flowed, 2 * step)) offer(current, sample.at, lost);
        }
        still = restart(sample, gaps);
        return;
      }
      if (current.count === 0) current.from = sample.at;
      current.count += 1;
      current.to = sample.at;
      current.flowed = flowed;
      if (current.count >= samples && flowed >= steps * step) current.frozen = true;
    });

    return {
      push: (columns, into) => {
        report = into;
        inTimeOrder(columns, ['flow', 'total'], (name, column, index) => {
          const at = column.time[index] as number;
          const value = column.value[index] as number;
          if (!Number.isFinite(value)) return;
          const before = still;
          if (name === 'flow') volume.flow(at, value);
          else volume.total(at, column.increase?.[index] ?? 0, column.flag[index] as number);
          if (before !== null && before !== still && before.frozen) say(before);
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
