import {
  type Code,
  converter,
  convertText,
  decimalText,
  findUnit,
  isDecimal,
  type PulseAccumulator,
  pulseAccumulator,
  type PulseRatio,
  pulsesToCubicMetres,
  pulsesToCubicMetresText,
  type Reading,
  toSeriesLevel,
} from '@caudal/core';
import type { BindingInfo, MeterInfo, SeriesInfo } from '../config/domain.ts';

/** A reading in the unit of its series, or why it has no value there. */
export interface Converted {
  readonly value: number | null;
  /** Exact decimal text, or null when it is the shortest text of `value`. */
  readonly text: string | null;
  readonly codes: readonly Code[];
}

type Convert = (reading: Reading) => Converted;

const missing = (code: Code): Converted => ({ value: null, text: null, codes: [code] });

/** Parts of the chain that are exact on decimal text keep it; a scale or a level convention makes the text follow the number. */
const given = (value: number, text: string, codes: readonly Code[]): Converted => ({
  value,
  text: text === decimalText(value) ? null : text,
  codes,
});

/** Decimals of a volume that a factor makes endless. */
const textPlaces = 9;
const earliest = -8_640_000_000_000_000;

const meterAt = (series: SeriesInfo, at: number): MeterInfo | undefined =>
  series.meters.find((meter) => meter.from <= at && at < meter.to) ?? series.meters.at(-1);

/** The calibrations of a meter with their instants; the first holds from the beginning unless it says otherwise. */
const datedOf = (meter: MeterInfo): readonly { from: number; factor: number; atPulses: number }[] =>
  (meter.calibrations ?? []).map(({ from, factor, atPulses }) => ({
    from: from === undefined ? earliest : Date.parse(from),
    factor,
    atPulses: atPulses ?? 0,
  }));

interface Volume {
  readonly cubicMetres: number;
  /** Exact where its decimals end. */
  text(): string;
}

const summed = (sum: PulseAccumulator): Volume => ({
  cubicMetres: sum.total().cubicMetres,
  text: () => sum.text(textPlaces),
});

/**
 * What a pulse register stands for at an instant, m³: each stretch between two calibrations by its own factor, summed exactly. A
 * register below the one at which its calibration began has started again since: only that calibration applies to it.
 */
const cubicMetres = (meter: MeterInfo, ratio: PulseRatio, count: number, at: number): Volume => {
  const dated = datedOf(meter);
  if (dated.length === 0)
    return {
      cubicMetres: pulsesToCubicMetres(count, ratio),
      text: () => pulsesToCubicMetresText(count, ratio, 1, textPlaces),
    };
  const sum = pulseAccumulator(ratio, dated);
  const past = dated.filter(({ from }) => from <= at);
  const last = past.at(-1);
  if (last === undefined || count < last.atPulses) {
    sum.add({ from: at, to: at, pulses: count });
    return summed(sum);
  }
  past.forEach(({ from, atPulses }, index) => {
    const begun = index === 0 ? 0 : atPulses;
    sum.add({ from, to: from, pulses: (past[index + 1]?.atPulses ?? count) - begun });
  });
  return summed(sum);
};

/** Pulses of a register → the series' volume unit, by the meter and calibration in force at the reading. */
const pulses = (series: SeriesInfo): Convert => {
  const fromCubicMetres = converter('m3', series.unit);
  return (reading) => {
    const count = reading.value as number;
    const meter = meterAt(series, reading.at);
    if (meter?.pulses === undefined) return missing('UNIT_UNKNOWN');
    if (!Number.isSafeInteger(count) || count < 0) return missing('PULSE_OFF_GRID');
    const counted = cubicMetres(meter, meter.pulses, count, reading.at);
    const volume = fromCubicMetres(counted.cubicMetres);
    return series.unit === 'm3' ? given(volume, counted.text(), []) : { value: volume, text: null, codes: [] };
  };
};

const physical = (binding: BindingInfo, series: SeriesInfo): Convert => {
  const from = binding.unit ?? series.unit;
  const scale = binding.scale ?? 1;
  const offset = binding.offset ?? 0;
  const same = from === series.unit;
  if (!same && (series.opaque || findUnit(from) === undefined || findUnit(series.unit) === undefined)) {
    return () => missing('UNIT_UNKNOWN');
  }
  const toUnit = same ? (value: number) => value : converter(from, series.unit);
  const toLevel = binding.level === undefined ? (value: number) => value : toSeriesLevel(binding.level);
  const plain = scale === 1 && offset === 0 && (binding.level === undefined || binding.level.convention !== 'depth');
  return (reading) => {
    const raw = reading.value as number;
    const value = toLevel(toUnit(raw * scale + offset));
    if (!Number.isFinite(value)) return missing('NOT_A_NUMBER');
    if (!plain || !isDecimal(reading.raw)) return { value, text: null, codes: [] };
    return given(value, same ? reading.raw.trim() : convertText(reading.raw, from, series.unit, 9), []);
  };
};

/**
 * How readings of one binding become values of its series: sentinels out, scale and offset, unit or pulses, level convention.
 * A reading without a value stays without one.
 */
export const conversionOf = (binding: BindingInfo, series: SeriesInfo): Convert => {
  const sentinels = new Set(binding.sentinels);
  const chain = binding.unit === 'pulses' ? pulses(series) : physical(binding, series);
  return (reading) => {
    const { value, code } = reading;
    const arrival: Code[] = reading.atArrival === true ? ['TIME_ARRIVAL'] : [];
    const converted =
      value === null || !Number.isFinite(value)
        ? missing((code as Code | undefined) ?? 'NOT_A_NUMBER')
        : sentinels.has(value)
          ? missing('SENTINEL')
          : chain(reading);
    return arrival.length === 0 ? converted : { ...converted, codes: [...converted.codes, ...arrival] };
  };
};
