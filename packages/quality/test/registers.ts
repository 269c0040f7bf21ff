import * as fc from 'fast-check';
import type { CounterSettings } from '@caudal/quality';

/** The very bits of each double: tells −0 from 0 and one NaN from another. */
export const bits = (value: Float64Array): readonly bigint[] => [
  ...new BigUint64Array(value.buffer, value.byteOffset, value.length),
];

export interface FaultyRegister {
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly settings: CounterSettings;
}

const minute = 60_000;

type Fault = 'none' | 'reset' | 'zero' | 'high' | 'low' | 'dip' | 'jump' | 'missing' | 'preset';

const weighted = (weight: number, fault: Fault) => ({ weight, arbitrary: fc.constant(fault) });

const fault = fc.oneof(
  weighted(40, 'none'),
  weighted(2, 'reset'),
  weighted(3, 'zero'),
  weighted(2, 'high'),
  weighted(2, 'low'),
  weighted(3, 'dip'),
  weighted(2, 'jump'),
  weighted(2, 'missing'),
  weighted(1, 'preset'),
);

/** Largest flow in steps per minute. */
const most = 200;

/** A forward register read each minute that resets, glitches, dips, jumps, wraps and falls silent, its readings on its grid. */
export const faultyRegister: fc.Arbitrary<FaultyRegister> = fc
  .record({
    step: fc.constantFrom(0.001, 0.1, 1, 10),
    start: fc.integer({ min: 0, max: 99_000 }),
    rollover: fc.option(fc.constant(100_000), { nil: undefined }),
    confirm: fc.integer({ min: 0, max: 4 }),
    onJump: fc.constantFrom('exclude', 'count', 'estimate'),
    minutes: fc.array(fc.tuple(fc.integer({ min: 0, max: most }), fault, fc.integer({ min: 1, max: 5000 })), {
      minLength: 1,
      maxLength: 80,
    }),
  })
  .map(({ step, start, rollover, confirm, onJump, minutes }) => {
    const perUnit = Math.round(1 / step);
    const toUnit = (steps: number) => (perUnit >= 1 ? steps / perUnit : steps * step);
    let register = start;
    const shown: Readonly<Record<Fault, (amount: number) => number>> = {
      none: () => register,
      reset: (amount) => (register = amount % 50),
      zero: () => 0,
      high: (amount) => register + 20_000 + amount,
      low: (amount) => Math.max(0, register - 1000 - amount),
      dip: () => Math.max(0, register - 1),
      jump: (amount) => (register += 10_000 + amount),
      missing: () => Number.NaN,
      preset: (amount) => (register = 5000 + amount),
    };
    const value = Float64Array.from(minutes, ([flow, what, amount]) => {
      register += flow;
      if (rollover !== undefined && register >= rollover) register -= rollover;
      return toUnit(shown[what](amount));
    });
    const maxFlow = (most * step) / 60;
    const meter = { step, maxFlow, ...(rollover === undefined ? {} : { rollover: toUnit(rollover) }) };
    return {
      time: Float64Array.from(minutes, (_, index) => index * minute),
      value,
      settings: { meters: [meter], confirm, onJump },
    };
  });
