import { mulberry32, normal } from '../random.ts';

const hour = 3_600_000;
const day = 24 * hour;
const year = 365.25 * day;

/** To the instrument's resolution, as the nearest double to the decimal: 100 steps per unit are two decimals. */
const quantise = (value: number, stepsPerUnit: number) => Math.round(value * stepsPerUnit) / stepsPerUnit;

export interface PumpOptions {
  readonly seed: number;
  /** Flow while it runs, L/s. */
  readonly ratedLps: number;
  /** Mean time on, and off. Default 4 h and 2 h; each cycle is between half and one and a half of it. */
  readonly onMs?: number;
  readonly offMs?: number;
  /** Standard deviation of the flow while it runs, as a part of it. Default 0.01. */
  readonly noise?: number;
}

/** Synthetic flow of a well pump in L/s, two decimals: exactly zero while it stands still. Times ascend. */
export const pumpFlow = (times: Float64Array, options: PumpOptions): Float64Array => {
  const { seed, ratedLps, onMs = 4 * hour, offMs = 2 * hour, noise = 0.01 } = options;
  const cycle = mulberry32(seed);
  const deviate = normal(mulberry32(seed + 1));
  let running = false;
  let until = times[0] ?? 0;
  return times.map((time) => {
    while (time >= until) {
      running = !running;
      until += (running ? onMs : offMs) * (0.5 + cycle());
    }
    return running ? quantise(ratedLps * Math.max(0, 1 + noise * deviate()), 100) : 0;
  });
};

export interface LevelOptions {
  readonly seed: number;
  /** Depth to water at rest, metres below the reference. */
  readonly restDepth: number;
  /** Metres of drawdown per L/s when pumped for long. Default 0.4. */
  readonly specificDrawdown?: number;
  /** Time constant of drawdown and recovery. Default 1 h. */
  readonly responseMs?: number;
  /** Metres of rise and fall over the year. Default 1.5. */
  readonly seasonal?: number;
  /** Standard deviation of the sensor, metres. Default 0.005. */
  readonly noise?: number;
}

/**
 * Synthetic depth to water in a pumped well in metres, two decimals, larger is deeper: a rest level with a yearly wave, and a
 * first-order answer to the flow (`flow` in L/s, at the same times). It is plausible, and no aquifer.
 */
export const wellLevel = (times: Float64Array, flow: Float64Array, options: LevelOptions): Float64Array => {
  const { seed, restDepth, specificDrawdown = 0.4, responseMs = hour, seasonal = 1.5, noise = 0.005 } = options;
  const deviate = normal(mulberry32(seed));
  let drawdown = 0;
  return times.map((time, n) => {
    const before = times[n - 1] ?? time;
    const target = specificDrawdown * (flow[Math.max(0, n - 1)] ?? 0);
    drawdown = target + (drawdown - target) * Math.exp((before - time) / responseMs);
    const rest = restDepth - seasonal * Math.sin((2 * Math.PI * time) / year);
    return quantise(rest + drawdown + noise * deviate(), 100);
  });
};

export interface RegisterOptions {
  /** Litres that the smallest step of the dial stands for. */
  readonly litresPerCount: number;
  /** Counts at the first instant. Default 0. */
  readonly start?: number;
}

/**
 * The register of a meter that sees the flow (L/s, at the same times), in whole counts. The flow of an instant holds until the
 * next one, so that volume and flow agree exactly.
 */
export const registerFromFlow = (times: Float64Array, flow: Float64Array, options: RegisterOptions): Float64Array => {
  let litres = 0;
  return times.map((time, n) => {
    if (n > 0) litres += (flow[n - 1] ?? 0) * ((time - (times[n - 1] ?? time)) / 1000);
    // A ten-millionth of a litre absorbs the error of summing doubles at a whole count.
    return (options.start ?? 0) + Math.floor((litres + 1e-7) / options.litresPerCount);
  });
};
