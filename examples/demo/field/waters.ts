import { mulberry32 } from '@caudal/simulators';
import { campusMinute } from './campus.ts';
import type { Instrument } from './instrument.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The real recording of a campus building's meter: pulses of 0.1 L, and the mean flow of each minute. */
export const campus =
  (start: number): Instrument =>
  (at) => {
    const { pulses, flow } = campusMinute(Math.max(0, Math.round((at - start) / minute)));
    return [
      { variable: 'pulses', at, value: pulses },
      { variable: 'flow', at, value: flow, unit: 'L/s' },
    ];
  };

/** What a well's logger calls its variables, and how its site is. */
export interface Well {
  readonly seed: number;
  readonly everyMinutes: number;
  /** When the pump runs, about so many L/s. */
  readonly lps: number;
  readonly litersPerPulse: number;
  readonly pulses: number;
  readonly names: { readonly total: string; readonly flow: string; readonly level?: string };
}

/** A synthetic well: a pump that runs three hours of four, a column above the sensor that answers it, a register that follows. */
export const well = ({ seed, everyMinutes, lps, litersPerPulse, pulses: first, names }: Well): Instrument => {
  const random = mulberry32(seed);
  let pulses = first;
  return (at) => {
    const running = (at / hour + seed) % 4 < 3;
    const flow = running ? Number((lps * (0.95 + random() / 10)).toFixed(1)) : 0;
    pulses += Math.floor((flow * everyMinutes * 60) / litersPerPulse);
    const column = Number((22 - (running ? 3.5 : 0) + random() / 5).toFixed(2));
    return [
      { variable: names.total, at, value: pulses },
      { variable: names.flow, at, value: flow, unit: 'L/s' },
      ...(names.level === undefined ? [] : [{ variable: names.level, at, value: column, unit: 'm' }]),
    ];
  };
};

/** Open water over a day: each variable swings around its mean, with a little noise. */
export const openWater = (
  seed: number,
  variables: Readonly<Record<string, { readonly mean: number; readonly swing: number; readonly decimals: number }>>,
): Instrument => {
  const random = mulberry32(seed);
  return (at) =>
    Object.entries(variables).map(([variable, { mean, swing, decimals }]) => {
      const tide = Math.sin((2 * Math.PI * at) / (24 * hour)) + (random() - 0.5) / 5;
      return { variable, at, value: Number((mean + swing * tide).toFixed(decimals)) };
    });
};
