import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Correction, Finding } from '@caudal/core';
import { CounterEngine, type CounterSettings, countReadings, fixedEdges, volumes } from '@caudal/quality';
import { faultyRegister, type FaultyRegister } from '../registers.ts';

const minute = 60_000;

/** What a host keeps of an engine's output: the last word on every reading, finding and correction. */
class Kept {
  readonly increases = new Map<number, number>();
  readonly findings = new Map<string, Finding>();
  readonly corrections = new Map<string, Correction>();

  take(engine: CounterEngine): void {
    const { length, time, increase, revoked } = engine.take();
    const told = Array.from({ length }, (_, index) => [time[index] as number, increase[index] as number] as const);
    for (const [at, one] of told) this.increases.set(at, one);
    for (const { from, to } of revoked)
      for (const at of this.increases.keys()) if (at >= from && at <= to) this.increases.set(at, 0);
    const { findings, corrections, withdrawn } = engine.report();
    for (const key of withdrawn) {
      this.findings.delete(key);
      this.corrections.delete(key);
    }
    for (const one of findings) this.findings.set(one.key, one);
    for (const one of corrections) this.corrections.set(one.key, one);
  }

  get all() {
    const byKey = (a: { readonly key: string }, b: { readonly key: string }) => (a.key < b.key ? -1 : 1);
    return {
      increases: [...this.increases].toSorted((a, b) => a[0] - b[0]),
      findings: [...this.findings.values()].toSorted(byKey),
      corrections: [...this.corrections.values()].toSorted(byKey),
    };
  }
}

const inChunks = ({ time, value, settings }: FaultyRegister, chunks: readonly number[], reopen: boolean) => {
  const kept = new Kept();
  let engine = new CounterEngine(settings);
  for (let from = 0, turn = 0; from < time.length; turn += 1) {
    const to = Math.min(time.length, from + (chunks[turn % chunks.length] ?? 1));
    engine.push(time.subarray(from, to), value.subarray(from, to), to - from);
    kept.take(engine);
    from = to;
    if (!reopen) continue;
    const saved = JSON.parse(JSON.stringify(engine.save()));
    engine = new CounterEngine(settings);
    engine.load(saved);
  }
  engine.advance(Infinity);
  kept.take(engine);
  return { ...kept.all, state: engine.save() };
};

const chunks = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 });

describe('any register', () => {
  test('read in any chunks ends the same, with the state saved and loaded between them or not', () => {
    fc.assert(
      fc.property(faultyRegister, chunks, (register, sizes) => {
        const whole = inChunks(register, [register.time.length], false);
        expect(inChunks(register, sizes, false)).toEqual(whole);
        expect(inChunks(register, sizes, true)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  test('counts the same when it stands elsewhere', () => {
    const growth = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(growth, fc.integer({ min: 0, max: 1_000_000 }), (steps, constant) => {
        let register = 0;
        const value = Float64Array.from(steps, (step) => (register += step));
        const time = Float64Array.from(steps, (_, index) => index * minute);
        const settings = { meters: [{ step: 1, maxFlow: 10, rollover: 10_000_000 }] };
        const here = countReadings({ time, value }, settings);
        const there = countReadings({ time, value: value.map((one) => one + constant) }, settings);
        expect(there).toEqual(here);
        expect(here.findings).toEqual([]);
      }),
    );
  });

  test('is the same volume with a glitch of up to `confirm` readings in it', () => {
    const growth = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 12, maxLength: 60 });
    const glitch = fc.record({
      at: fc.integer({ min: 1, max: 50 }),
      length: fc.integer({ min: 1, max: 3 }),
      what: fc.constantFrom('zero', 'high'),
    });
    fc.assert(
      fc.property(growth, glitch, (steps, { at, length, what }) => {
        let register = 500_000;
        const value = Float64Array.from(steps, (step) => (register += step));
        const time = Float64Array.from(steps, (_, index) => index * minute);
        const settings = { meters: [{ step: 1, maxFlow: 10 }], confirm: 3 };
        const from = Math.min(at, value.length - 2);
        const between = Array.from({ length }, (_, index) => ({
          at: (from - 1) * minute + ((index + 1) * minute) / (length + 1),
          value: what === 'zero' ? 0 : 900_000 + index,
        }));
        const rows = [
          ...Array.from(time, (one, index) => ({ at: one, value: value[index] ?? NaN })),
          ...between,
        ].toSorted((a, b) => a.at - b.at);
        const faulty = {
          time: Float64Array.from(rows, (row) => row.at),
          value: Float64Array.from(rows, (row) => row.value),
        };
        const edges = fixedEdges(0, value.length * minute, 7 * minute);
        const used = { step: 1, maxGapMs: 10 * minute };
        const clean = volumes({ time, ...countReadings({ time, value }, settings) }, edges, used);
        const found = countReadings(faulty, settings);
        const read = volumes({ time: faulty.time, ...found }, edges, used);
        expect(read.windows.map((window) => window.steps)).toEqual(clean.windows.map((window) => window.steps));
        expect(found.findings.map(({ code }) => code)).toEqual([
          what === 'zero' ? 'TOTAL_GLITCH_ZERO' : 'TOTAL_GLITCH_HIGH',
        ]);
      }),
    );
  });

  test('is never changed, and nothing that a double can be stops the engine', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { maxLength: 60 }),
        fc.array(fc.double(), { minLength: 60, maxLength: 60 }),
        (values, times) => {
          const time = Float64Array.from(values, (_, index) => times[index] ?? 0);
          const value = Float64Array.from(values);
          const [timeBefore, valueBefore] = [time.slice(), value.slice()];
          const engine = new CounterEngine({ meters: [{ step: 0.1, maxFlow: 1, rollover: 1000 }] });
          engine.push(time, value, time.length);
          engine.advance(Infinity);
          const { length, increase } = engine.take();
          expect(increase.subarray(0, length).every((one) => one >= 0)).toBe(true);
          expect([time, value]).toEqual([timeBefore, valueBefore]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a real meter', () => {
  /** Two hours of a campus building; origin and licence in the first lines of the file. */
  const rows = readFileSync(new URL('../vectors/campus-meter.csv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').map(Number));
  const time = Float64Array.from(rows, ([at = NaN]) => at * minute);
  const value = Float64Array.from(rows, ([, pulses = NaN]) => pulses / 10_000);

  test.each([0.3, 3, 50])('gives no finding with a largest flow of %d L/s, and loses nothing', (litres) => {
    const meters = [{ step: 0.0001, maxFlow: litres / 1000 }];
    const counted = countReadings({ time, value }, { meters });
    expect(counted.findings).toEqual([]);
    expect(counted.flag.every((flag) => flag === 1)).toBe(true);
    const { totalSteps } = volumes({ time, ...counted }, [0, minute], { step: 0.0001 });
    expect(totalSteps).toBe((rows.at(-1)?.[1] ?? NaN) - (rows[0]?.[1] ?? NaN));
  });
});

describe('single situations', () => {
  const count = (values: readonly number[], settings: Partial<CounterSettings> = {}, every = minute) =>
    countReadings(
      { time: Float64Array.from(values, (_, index) => index * every), value: Float64Array.from(values) },
      { meters: [{ step: 1, maxFlow: 10 }], ...settings },
    );

  test('a month of silence with the same register is no water, and says nothing of when', () => {
    const { increase, findings } = count([1000, 1000], {}, 30 * 24 * 60 * minute);
    expect([...increase]).toEqual([0, 0]);
    expect(findings.map(({ code, flag }) => [code, flag])).toEqual([['TIME_GAP', 2]]);
  });

  test('a reset counts what the register shows after it', () => {
    const { increase, findings } = count([9000, 9100, 50, 150, 250, 350]);
    expect([...increase]).toEqual([0, 100, 50, 100, 100, 100]);
    expect(findings.map(({ code, flag, status }) => [code, flag, status])).toEqual([['TOTAL_RESET', 3, 'final']]);
  });

  test('a return to the old line within a day undoes all that was decided since, however much it was', () => {
    const { increase, corrections, findings } = count([1_241, 1_367, 1_405, 0, 4_040, 402, 21_503, 1_502, 1_503], {
      meters: [{ step: 1, maxFlow: 3 }],
      confirm: 0,
    });
    expect([...increase]).toEqual([0, 126, 38, 0, 0, 0, 0, 97, 1]);
    expect(corrections.map(({ method, from, to }) => [method, from / minute, to / minute])).toEqual([
      ['exclude', 3, 6],
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['TOTAL_GLITCH_ZERO']);
  });
});
