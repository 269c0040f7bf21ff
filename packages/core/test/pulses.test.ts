import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DatedCalibration,
  isImpossiblePulseRate,
  pulseAccumulator,
  pulseRateToLitresPerSecond,
  pulsesToCubicMetres,
  pulsesToCubicMetresText,
  readPulseConstants,
  splitAtCalibrations,
  turbineFlow,
} from '@caudal/core';

const config = expect.objectContaining({ kind: 'config', scope: 'instance', sent: 'no' });
const badItem = expect.objectContaining({ kind: 'config', scope: 'item', sent: 'no' });

describe('m³ = pulses × calibration / (pulses per litre × 1000)', () => {
  test.each([
    [1_000_000, 1000, 1, '1'],
    [1_000_000, 100, 1, '10'],
    [1_000_000, 500, 1, '2'],
    [1, 1000, 1, '0.000001'],
    [1_234_567, 1000, 1.015, '1.253085505'],
    [1_234_567, 500, 1.023, '2.525924082'],
    [0, 100, 1.023, '0'],
  ])('%i pulses at %i per litre, calibrated by %d, are %s m³', (pulses, pulsesPerLiter, calibration, expected) => {
    expect(pulsesToCubicMetresText(pulses, { pulsesPerLiter }, calibration)).toBe(expected);
    expect(pulsesToCubicMetres(pulses, { pulsesPerLiter }, calibration)).toBe(Number(expected));
  });

  test('a ratio with endless decimals needs places', () => {
    const ratio = { pulsesPerLiter: 6.3473907 };
    expect(pulsesToCubicMetresText(240, ratio, 1, 9)).toBe('0.037810813');
    expect(() => pulsesToCubicMetresText(240, ratio)).toThrow('endless decimals');
  });

  test('a 64-bit counter keeps all its digits', () => {
    expect(pulsesToCubicMetresText(18_446_744_073_709_551_615n, { pulsesPerLiter: 1000 })).toBe(
      '18446744073709.551615',
    );
  });
});

describe('litres per pulse, the other convention', () => {
  test.each([
    [1000, '7'],
    [100, '0.7'],
    [10, '0.07'],
    [0.041619, '0.000291333'],
  ])('7 pulses of %d L', (litersPerPulse, expected) => {
    expect(pulsesToCubicMetresText(7, { litersPerPulse })).toBe(expected);
    expect(pulsesToCubicMetres(7, { litersPerPulse })).toBe(Number(expected));
  });

  test('a published event log: 0.041619 US gallons a pulse, 240 pulses', () => {
    expect(pulsesToCubicMetresText(240, { litersPerPulse: 0.157545053 })).toBe('0.03781081272');
  });

  test('is the reciprocal of pulses per litre', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1, 2, 4, 5, 8, 10, 100, 1000), (pulses, ratio) => {
        expect(pulsesToCubicMetresText(pulses, { pulsesPerLiter: ratio })).toBe(
          pulsesToCubicMetresText(pulses, { litersPerPulse: 1 / ratio }),
        );
      }),
    );
  });
});

describe('never Infinity', () => {
  test.each([0, -1, NaN, Infinity, -Infinity])('a ratio or factor of %d is a configuration error', (bad) => {
    expect(() => pulsesToCubicMetres(1, { pulsesPerLiter: bad })).toThrow(config);
    expect(() => pulsesToCubicMetres(1, { litersPerPulse: bad })).toThrow(config);
    expect(() => pulsesToCubicMetres(1, { pulsesPerLiter: 1 }, bad)).toThrow(config);
    expect(() => pulsesToCubicMetresText(1, { pulsesPerLiter: bad })).toThrow(config);
    expect(() => pulseAccumulator({ pulsesPerLiter: bad })).toThrow(config);
    expect(() => pulseAccumulator({ pulsesPerLiter: 1 }, [{ factor: bad }])).toThrow(config);
    expect(() => pulseRateToLitresPerSecond(1, { pulsesPerLiter: bad })).toThrow(config);
    expect(() => turbineFlow(1, { litersPerSecondPerHz: bad, offsetLitersPerSecond: 0 })).toThrow(config);
  });

  test.each([-1, 0.5, NaN, Infinity, 2 ** 53, -1n])('a count of %s concerns that reading alone', (bad) => {
    expect(() => pulsesToCubicMetres(bad, { pulsesPerLiter: 1000 })).toThrow(badItem);
    expect(() => pulseAccumulator({ pulsesPerLiter: 1 }).add({ from: 0, to: 1, pulses: bad })).toThrow(badItem);
  });

  test('a tiny volume keeps its digits', () => {
    expect(pulsesToCubicMetres(1, { pulsesPerLiter: 3e15 })).toBe(1 / 3e18);
  });
});

describe('flow', () => {
  test('from a rate of pulses', () => {
    expect(pulseRateToLitresPerSecond(50, { pulsesPerLiter: 100 })).toBe(0.5);
    expect(pulseRateToLitresPerSecond(0.5, { litersPerPulse: 10 }, 1.02)).toBe(5.1);
    expect(() => pulseRateToLitresPerSecond(-1, { litersPerPulse: 10 })).toThrow(badItem);
  });

  test('from a turbine with offset: Q = K × f + Q0 while it turns', () => {
    const turbine = { litersPerSecondPerHz: 0.25, offsetLitersPerSecond: 0.5 };
    expect(turbineFlow(10, turbine)).toBe(3);
    expect(turbineFlow(0, turbine)).toBe(0);
    expect(() => turbineFlow(NaN, turbine)).toThrow(badItem);
    expect(() => turbineFlow(1, { ...turbine, offsetLitersPerSecond: NaN })).toThrow(config);
  });
});

describe('impossible rates', () => {
  test('the device counts 100 pulses a second unless declared otherwise', () => {
    expect(isImpossiblePulseRate(6000, 60_000)).toBe(false);
    expect(isImpossiblePulseRate(6001, 60_000)).toBe(true);
    expect(isImpossiblePulseRate(6001, 60_000, { maxHz: 200 })).toBe(false);
  });

  test('a flow that makes more pulses raises the limit', () => {
    const limits = { maxFlowLps: 5, ratio: { pulsesPerLiter: 100 } };
    expect(isImpossiblePulseRate(500, 1000, limits)).toBe(false);
    expect(isImpossiblePulseRate(501, 1000, limits)).toBe(true);
  });

  test('pulses in no time are impossible, none are not', () => {
    expect(isImpossiblePulseRate(1, 0)).toBe(true);
    expect(isImpossiblePulseRate(1, -5)).toBe(true);
    expect(isImpossiblePulseRate(0, 0)).toBe(false);
  });
});

describe('dated calibrations', () => {
  const calibrations: DatedCalibration[] = [
    { factor: 1 },
    { from: 1000, factor: 1.015 },
    { from: 5000, factor: 1.023 },
  ];

  test('an interval within one calibration stays whole and is no estimate', () => {
    expect(splitAtCalibrations({ from: 1000, to: 5000, pulses: 40 }, calibrations)).toEqual([
      { from: 1000, to: 5000, pulses: 40n, factor: 1.015, estimated: false },
    ]);
  });

  test('an interval over two changes has three estimated parts', () => {
    expect(splitAtCalibrations({ from: 0, to: 10_000, pulses: 101 }, calibrations)).toEqual([
      { from: 0, to: 1000, pulses: 10n, factor: 1, estimated: true },
      { from: 1000, to: 5000, pulses: 41n, factor: 1.015, estimated: true },
      { from: 5000, to: 10_000, pulses: 50n, factor: 1.023, estimated: true },
    ]);
  });

  test('before the first dated calibration the factor is 1; without any, everywhere', () => {
    expect(splitAtCalibrations({ from: 0, to: 1, pulses: 3 }, [{ from: 10, factor: 2 }])[0]?.factor).toBe(1);
    expect(splitAtCalibrations({ from: 0, to: 1, pulses: 3 }, [])[0]?.factor).toBe(1);
  });

  test('no pulse is lost or made by splitting', () => {
    const instant = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(instant, instant, fc.bigInt(0n, 2n ** 64n), (a, b, pulses) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const parts = splitAtCalibrations({ from, to, pulses }, calibrations);
        expect(parts.reduce((sum, part) => sum + part.pulses, 0n)).toBe(pulses);
        expect(parts.every((part) => part.pulses >= 0n)).toBe(true);
        expect(parts.map((part) => part.from).slice(1)).toEqual(parts.map((part) => part.to).slice(0, -1));
      }),
    );
  });

  test('disorder is refused', () => {
    for (const bad of [
      [{ from: 5, factor: 1 }, { factor: 2 }],
      [
        { from: 5, factor: 1 },
        { from: 5, factor: 2 },
      ],
    ]) {
      expect(() => splitAtCalibrations({ from: 0, to: 1, pulses: 1 }, bad)).toThrow(config);
    }
    expect(() => splitAtCalibrations({ from: 2, to: 1, pulses: 1 }, [])).toThrow(badItem);
  });
});

describe('accumulating pulses', () => {
  test('the volume of the parts is the volume of the whole, in any order', () => {
    const ratio = { pulsesPerLiter: 6.3473907 };
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { maxLength: 50 }), (counts) => {
        const [forward, backward] = [pulseAccumulator(ratio), pulseAccumulator(ratio)];
        for (const pulses of counts) forward.add({ from: 0, to: 1, pulses });
        for (const pulses of counts.toReversed()) backward.add({ from: 0, to: 1, pulses });
        const whole = counts.reduce((sum, pulses) => sum + pulses, 0);
        expect(forward.text(12)).toBe(pulsesToCubicMetresText(whole, ratio, 1, 12));
        expect(forward.total()).toEqual(backward.total());
        expect(forward.total().cubicMetres).toBe(pulsesToCubicMetres(whole, ratio));
      }),
    );
  });

  test('each calibration converts its own pulses', () => {
    const total = pulseAccumulator({ pulsesPerLiter: 1000 }, [{ factor: 1 }, { from: 1000, factor: 1.02 }]);
    total.add({ from: 0, to: 1000, pulses: 1_000_000 });
    total.add({ from: 1000, to: 2000, pulses: 1_000_000 });
    expect(total.total()).toEqual({ pulses: 2_000_000n, cubicMetres: 2.02, estimated: false });
    total.add({ from: 500, to: 1500, pulses: 2 });
    expect(total.text()).toBe('2.02000202');
    expect(total.total().estimated).toBe(true);
  });
});

describe('pulse constants as existing configurations write them', () => {
  test.each([1000, 100, 500])('%i pulses per litre', (pulses_per_liter) => {
    const { ratio, calibration } = readPulseConstants({
      pulse_constants: { pulses_per_liter, calibration_factor: 1.015, note: 'kept by others' },
    });
    expect({ ratio, calibration }).toEqual({ ratio: { pulsesPerLiter: pulses_per_liter }, calibration: 1.015 });
    expect(pulsesToCubicMetresText(pulses_per_liter * 1000, ratio)).toBe('1');
  });

  test('without the outer key, and without a calibration', () => {
    expect(readPulseConstants({ pulses_per_liter: 500 })).toEqual({ ratio: { pulsesPerLiter: 500 }, calibration: 1 });
  });

  test.each([
    [{}, '/pulse_constants/pulses_per_liter: is required'],
    [{ pulse_constants: { pulses_per_liter: 0 } }, '/pulse_constants/pulses_per_liter'],
    [{ pulse_constants: { pulses_per_liter: 1, calibration_factor: -1 } }, '/pulse_constants/calibration_factor'],
    [null, '/pulse_constants'],
    ['1000', '/pulse_constants'],
  ])('%j is refused with its place', (json, place) => {
    expect(() => readPulseConstants(json)).toThrow(place);
    expect(() => readPulseConstants(json)).toThrow(config);
  });
});
