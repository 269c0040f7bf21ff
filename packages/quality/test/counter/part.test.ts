import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineParts, CounterEngine, countPart, type CounterSettings } from '@caudal/quality';

const minutes = 5 * 60_000;
const settings: CounterSettings = {
  meters: [{ step: 0.01, maxFlow: 0.05, rollover: 100_000 }],
  confirmWithinMs: 3 * minutes,
};

interface Fault {
  readonly at: number;
  readonly kind: 'zero' | 'reset' | 'missing' | 'jump';
}

const series = (length: number, steps: readonly number[], faults: readonly Fault[], from = 98_000) => {
  let register = from;
  const value = Array.from({ length }, (_, index) => {
    register += steps[index % steps.length] ?? 0;
    for (const { at, kind } of faults) {
      if (at !== index) continue;
      if (kind === 'reset') register = 0;
      if (kind === 'jump') register += 700;
      if (kind === 'zero') return 0;
      if (kind === 'missing') return Number.NaN;
    }
    return Math.round((register % 100_000) * 100) / 100;
  });
  return {
    time: Float64Array.from(value, (_, index) => 1_700_000_000_000 + index * minutes),
    value: Float64Array.from(value),
  };
};

type Series = ReturnType<typeof series>;

const slice = ({ time, value }: Series, from: number, to: number): Series => ({
  time: time.slice(from, to),
  value: value.slice(from, to),
});

const whole = ({ time, value }: Series) => {
  const engine = new CounterEngine(settings);
  engine.push(time, value, time.length);
  return engine.save();
};

const steps = fc.array(
  fc.integer({ min: 0, max: 1000 }).map((count) => count / 100),
  { minLength: 3, maxLength: 40 },
);

test('stretches without faults, counted apart and joined, are the run over all of them', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 400, max: 900 }), fc.integer({ min: 1, max: 399 }), (flow, length, cut) => {
      fc.pre(flow.some((step) => step > 0));
      const all = series(length, flow, [], 10_000);
      const parts = [slice(all, 0, cut), slice(all, cut, cut + 1), slice(all, cut + 1, length)].map((part) =>
        countPart(part, settings),
      );
      const [first, second, third] = parts as [(typeof parts)[0], (typeof parts)[0], (typeof parts)[0]];
      const left = combineParts(first, second, settings);
      const right = combineParts(second, third, settings);
      expect(left).toBeDefined();
      expect(right).toBeDefined();
      if (left === undefined || right === undefined) return;
      expect(combineParts(left, third, settings)?.end).toEqual(whole(all));
      expect(combineParts(first, right, settings)?.end).toEqual(whole(all));
    }),
    { numRuns: 60 },
  );
});

test('with any faults, a join is right or refused', () => {
  let joined = 0;
  const fault = fc.record({
    at: fc.integer({ min: 0, max: 1199 }),
    kind: fc.constantFrom<Fault['kind'][]>('zero', 'reset', 'missing', 'jump'),
  });
  fc.assert(
    fc.property(steps, fc.array(fault, { maxLength: 6 }), fc.integer({ min: 0, max: 1200 }), (flow, faults, cut) => {
      const all = series(1200, flow, faults);
      const combined = combineParts(
        countPart(slice(all, 0, cut), settings),
        countPart(slice(all, cut, 1200), settings),
        settings,
      );
      if (combined === undefined) return;
      joined += 1;
      expect(combined.end).toEqual(whole(all));
    }),
    { numRuns: 200 },
  );
  expect(joined).toBeGreaterThan(20);
});
