import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Correction, isCaudalError } from '@caudal/core';
import {
  applyCorrections,
  type CorrectionEntry,
  correctionsAsOf,
  countReadings,
  origins,
  recordCorrection,
} from '@caudal/quality';
import { bits, faultyRegister } from '../registers.ts';

const columns = (values: readonly number[]) => ({
  time: Float64Array.from(values, (_, index) => index * 10),
  value: Float64Array.from(values),
});

const correction = (partial: Partial<Correction>): Correction => ({
  key: 'k',
  role: 'total',
  from: 0,
  to: Infinity,
  method: 'exclude',
  origin: 'adjusted',
  state: 'applied',
  because: 'k',
  ...partial,
});

const shown = (values: readonly number[], corrections: readonly Correction[]) => {
  const { value, origin } = applyCorrections(columns(values), corrections);
  return { value: [...value], origin: [...origin].map((index) => origins[index]) };
};

describe('one correction', () => {
  test('an offset from an instant on', () => {
    const offset = correction({ method: 'offset', from: 20, amount: 100 });
    expect(shown([5, 6, 1, 2], [offset])).toEqual({
      value: [5, 6, 101, 102],
      origin: ['raw', 'raw', 'adjusted', 'adjusted'],
    });
  });

  test('both ends of a span are inside', () => {
    const { value } = shown([1, 2, 3, 4], [correction({ from: 10, to: 20 })]);
    expect(value).toEqual([1, NaN, NaN, 4]);
  });

  test('hold shows the last value before the span, or none', () => {
    const hold = (from: number, to: number) => correction({ method: 'hold', from, to });
    expect(shown([1, 9, 9, 4], [hold(10, 20)]).value).toEqual([1, 1, 1, 4]);
    expect(shown([9, 9, 3, 4], [hold(0, 10)]).value).toEqual([NaN, NaN, 3, 4]);
  });

  test('interpolate draws the line in time, and none over an open end', () => {
    const interpolate = (from: number, to: number) =>
      correction({ method: 'interpolate', origin: 'interpolated', from, to });
    expect(shown([1, 9, 9, 4], [interpolate(10, 20)]).value).toEqual([1, 2, 3, 4]);
    expect(shown([1, 2, 9, 9], [interpolate(20, 30)]).value).toEqual([1, 2, NaN, NaN]);
  });

  test('set shows the amount, whatever offsets there are, and fills what is missing', () => {
    const set = correction({ key: 's', method: 'set', origin: 'manual', from: 10, to: 10, amount: 7 });
    const offset = correction({ method: 'offset', amount: 100 });
    expect(shown([1, NaN, 3], [set, offset])).toEqual({
      value: [101, 7, 103],
      origin: ['adjusted', 'manual', 'adjusted'],
    });
  });

  test('a suggestion changes nothing', () => {
    expect(shown([1, 2], [correction({ state: 'suggested' })]).value).toEqual([1, 2]);
  });

  test('an offset without an amount is refused', () => {
    const broken = correction({ method: 'offset' });
    expect(() => shown([1], [broken])).toThrow(
      expect.toSatisfy((error) => isCaudalError(error) && error.kind === 'invalid-data'),
    );
  });

  test('corrections of another series are left out', () => {
    const { value } = applyCorrections(columns([1]), [correction({ role: 'flow' })], { series: 'total' });
    expect([...value]).toEqual([1]);
  });

  test('steps of a tenth leave no rounding noise', () => {
    const offset = correction({ method: 'offset', amount: 0.2 });
    expect([...applyCorrections(columns([0.1]), [offset], { step: 0.1 }).value]).toEqual([0.3]);
  });
});

const spans = fc.record({
  from: fc.integer({ min: -2, max: 22 }),
  length: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constant(Infinity)),
});
const someCorrection = fc
  .record({
    key: fc.string({ minLength: 1, maxLength: 3 }),
    span: spans,
    method: fc.constantFrom('offset', 'exclude', 'set', 'interpolate', 'hold'),
    origin: fc.constantFrom('adjusted', 'estimated', 'interpolated', 'manual'),
    state: fc.constantFrom('applied', 'applied', 'suggested'),
    amount: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  })
  .map(({ key, span: { from, length }, method, origin, state, amount }) =>
    correction({
      key,
      from: from * 10,
      to: (from + length) * 10,
      method,
      origin,
      state,
      amount,
    }),
  );
const someCorrections = fc.array(someCorrection, { maxLength: 8 });
const someValues = fc.array(fc.double(), { maxLength: 20 });

describe('properties of any corrections', () => {
  test('their order is no matter', () => {
    fc.assert(
      fc.property(someValues, someCorrections, fc.infiniteStream(fc.nat()), (values, corrections, random) => {
        const shuffled = corrections
          .map((one) => [one, random.next().value ?? 0] as const)
          .toSorted((a, b) => a[1] - b[1])
          .map(([one]) => one);
        const [a, b] = [applyCorrections(columns(values), corrections), applyCorrections(columns(values), shuffled)];
        expect(bits(b.value)).toEqual(bits(a.value));
        expect(b.origin).toEqual(a.origin);
      }),
    );
  });

  test('applied and reverted, every value is the one that was read, bit for bit', () => {
    fc.assert(
      fc.property(someValues, someCorrections, (values, corrections) => {
        const samples = columns(values);
        const read = bits(samples.value);
        const records = corrections.map((one) => recordCorrection(one, { series: 's', author: 'user:a' }));
        const proposed = records.map((one): CorrectionEntry => ({ kind: 'propose', at: 1, correction: one }));
        const reverted = records.map(({ id }): CorrectionEntry => ({ kind: 'revert', at: 2, id, by: 'user:b' }));
        const ledger = [...proposed, ...reverted];
        applyCorrections(samples, correctionsAsOf(ledger, 1));
        expect(bits(samples.value)).toEqual(read);
        const back = applyCorrections(samples, correctionsAsOf(ledger));
        expect(bits(back.value)).toEqual(read);
        expect(back.origin.every((origin) => origin === 0)).toBe(true);
      }),
    );
  });
});

describe('kept corrections', () => {
  const source = { series: 'well-1/total', author: 'auto:COUNTER@1.0.0' };
  const offset = correction({ method: 'offset', from: 20, amount: 100, state: 'suggested' });

  test('the id is of the content: the same proposal is the same record, any other is another', () => {
    const { id } = recordCorrection(offset, source);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(recordCorrection({ ...offset }, { ...source }).id).toBe(id);
    const others = [
      recordCorrection({ ...offset, amount: 101 }, source),
      recordCorrection({ ...offset, to: 30 }, source),
      recordCorrection({ ...offset, method: 'set' }, source),
      recordCorrection(offset, { ...source, series: 'well-2/total' }),
      recordCorrection(offset, { ...source, author: 'user:a' }),
    ];
    expect(new Set([id, ...others.map((one) => one.id)]).size).toBe(6);
  });

  test('a suggestion is applied once it is accepted, and a revert holds against the rule that proposes it again', () => {
    const record = recordCorrection(offset, source);
    const ledger: CorrectionEntry[] = [
      { kind: 'propose', at: 1, correction: record },
      { kind: 'accept', at: 2, id: record.id, by: 'user:a' },
      { kind: 'revert', at: 3, id: record.id, by: 'user:b' },
      { kind: 'propose', at: 4, correction: record },
    ];
    const at = (instant: number) => [...applyCorrections(columns([1, 2, 3]), correctionsAsOf(ledger, instant)).value];
    expect([at(0), at(1), at(2), at(3), at(4)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 103],
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('a later proposal of the same key replaces the earlier one', () => {
    const [first, second] = [recordCorrection(offset, source), recordCorrection({ ...offset, amount: 5 }, source)];
    const ledger: CorrectionEntry[] = [
      { kind: 'propose', at: 2, correction: second },
      { kind: 'propose', at: 1, correction: first },
    ];
    expect(correctionsAsOf(ledger)).toEqual([second]);
    expect(correctionsAsOf(ledger, 1)).toEqual([first]);
  });
});

describe('the counter’s corrections', () => {
  test('an adjusted total of a forward meter never falls', () => {
    fc.assert(
      fc.property(faultyRegister, ({ time, value, settings }) => {
        const { corrections } = countReadings({ time, value }, settings);
        const step = settings.meters[0]?.step ?? 1;
        const { value: total } = applyCorrections({ time, value }, corrections, { step });
        let highest = -Infinity;
        for (const one of total) {
          if (Number.isNaN(one)) continue;
          expect(one).toBeGreaterThanOrEqual(highest);
          highest = one;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('and it grows by what was counted', () => {
    fc.assert(
      fc.property(faultyRegister, ({ time, value, settings }) => {
        const { corrections, increase } = countReadings({ time, value }, settings);
        const step = settings.meters[0]?.step ?? 1;
        const { value: total } = applyCorrections({ time, value }, corrections, { step });
        const seen = [...total].filter((one) => !Number.isNaN(one));
        const counted = [...increase].reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : Math.round(one / step)), 0);
        expect(Math.round(((seen.at(-1) ?? 0) - (seen[0] ?? 0)) / step)).toBe(counted);
      }),
      { numRuns: 1000 },
    );
  });
});

test('steps a thousand times too large are said and taken back, with no departure before them', () => {
  const time = Float64Array.from([0, 60_000, 120_000, 180_000, 240_000]);
  const value = Float64Array.from([0, 0.007, 10.008, 20.009, 40.01]);
  const { findings, corrections } = countReadings(
    { time, value },
    { meters: [{ step: 0.001, maxFlow: 0.2 / 60 }], confirm: 2 },
  );
  expect(findings.map(({ code }) => code)).toEqual(['UNIT_SUSPECT']);
  const { value: shown } = applyCorrections({ time, value }, corrections, { step: 0.001 });
  expect([...shown]).toEqual([0, 0.007, Number.NaN, Number.NaN, 0.007]);
});
