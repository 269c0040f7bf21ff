import type { Reading } from '@caudal/core';
import { expect, test } from 'vitest';
import { buildDomain } from '../../src/config/domain.ts';
import { conversionOf } from '../../src/process/convert.ts';

const change = Date.UTC(2026, 5, 1);

const domain = buildDomain([
  {
    points: [{ id: 'well', name: 'Well', kind: 'well', series: { total: {} } }],
    meters: [
      {
        id: 'meter',
        series: 'well/total',
        step: 0.1,
        pulses: { litersPerPulse: 100 },
        calibrations: [{ factor: 1 }, { from: '2026-06-01T00:00:00Z', factor: 1.02, atPulses: 1000 }],
      },
    ],
    bindings: [{ device: 'logger', variable: 'pulses', series: 'well/total', unit: 'pulses' }],
  },
]);
const binding = domain.bindings.get('logger')?.get('pulses')?.[0];
const series = domain.series.get('well/total');
if (binding === undefined || series === undefined) throw new Error('the domain lacks its binding');
const convert = conversionOf(binding, series);

const pulses = (value: number, at: number): Reading => ({
  device: 'x',
  variable: 'pulses',
  at,
  value,
  raw: String(value),
});

test('what was counted before a calibration keeps the factor before: the register makes no step', () => {
  expect(convert(pulses(1000, change - 1)).value).toBe(100);
  expect(convert(pulses(1000, change)).value).toBe(100);
  expect(convert(pulses(1500, change + 1))).toEqual({ value: 151, text: null, codes: [] });
});

test('a register that started again since counts by the calibration in force', () => {
  expect(convert(pulses(10, change + 1)).value).toBe(1.02);
});

test('a count that is none has no value', () => {
  expect(convert(pulses(1.5, change))).toEqual({ value: null, text: null, codes: ['PULSE_OFF_GRID'] });
});
