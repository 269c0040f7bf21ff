import { autocorrelation } from './autocorrelation.ts';
import { upperQuantile, upperTail } from './normal.ts';
import { known, median } from './order.ts';
import { theilSen } from './theil-sen.ts';
import { ranks, tiedTerms } from './ties.ts';

/**
 * What is done about values that depend on those before them, which make the plain test see trends that are not there.
 *
 * - `hamed-rao`: the variance by the significant autocorrelations of the ranks (Hamed & Rao 1998)
 * - `yue-wang`: the variance by all autocorrelations of the detrended values (Yue & Wang 2004)
 * - `pre-whitening`: the values less what the one before explains (von Storch 1995)
 * - `trend-free-pre-whitening`: the same, the trend taken out meanwhile (Yue et al. 2002)
 */
export type Dependence = 'none' | 'hamed-rao' | 'yue-wang' | 'pre-whitening' | 'trend-free-pre-whitening';

export interface MannKendallSettings {
  /** Default `none`. */
  readonly dependence?: Dependence;
  /** Most steps between values whose correlation counts, for `hamed-rao` and `yue-wang`; default: all. */
  readonly lags?: number;
  /** Below this the trend is called one; default 0.05. */
  readonly significance?: number;
}

export interface MannKendall {
  /** Values that were used. */
  readonly count: number;
  /** Pairs that rise less pairs that fall. */
  readonly s: number;
  readonly variance: number;
  readonly z: number;
  /** Two-sided. */
  readonly p: number;
  /** Kendall's tau: S by the number of pairs. */
  readonly tau: number;
  readonly trend: 'increasing' | 'decreasing' | 'none';
}

/** S, its variance and the number of pairs, of values without gaps. */
const score = (values: Float64Array) => {
  const count = values.length;
  let s = 0;
  for (let right = 1; right < count; right += 1)
    for (let left = 0; left < right; left += 1) s += Math.sign((values[right] as number) - (values[left] as number));
  return {
    count,
    s,
    variance: (count * (count - 1) * (2 * count + 5) - tiedTerms(values)) / 18,
    pairs: (count * (count - 1)) / 2,
  };
};

type Score = ReturnType<typeof score>;

const verdict = ({ count, s, variance, pairs }: Score, significance: number): MannKendall => {
  const z = s === 0 || variance <= 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
  const p = 2 * upperTail(Math.abs(z));
  return {
    count,
    s,
    variance,
    z,
    p,
    tau: pairs === 0 ? 0 : s / pairs,
    trend: p >= significance ? 'none' : z > 0 ? 'increasing' : 'decreasing',
  };
};

const steps = (values: Float64Array): Float64Array => values.map((_, index) => index);

const detrended = (values: Float64Array, slope: number): Float64Array =>
  values.map((value, index) => value - slope * (index + 1));

/** Each value less the share of the one before it. */
const whitened = (values: Float64Array): Float64Array => {
  const share = autocorrelation(values, 1)[1] ?? 0;
  return values.slice(1).map((value, index) => value - share * (values[index] as number));
};

const slopeOf = (values: Float64Array): number => theilSen(steps(values), values).slope;

const scored: Readonly<Record<Dependence, (values: Float64Array, lags: number, significance: number) => Score>> = {
  none: score,
  'hamed-rao': (values, lags, significance) => {
    const plain = score(values);
    const { count } = plain;
    const correlation = autocorrelation(ranks(detrended(values, slopeOf(values))), lags);
    const limit = upperQuantile(significance / 2) / Math.sqrt(count);
    let sum = 0;
    for (let lag = 1; lag <= lags; lag += 1) {
      const of = correlation[lag] as number;
      if (Math.abs(of) >= limit) sum += (count - lag) * (count - lag - 1) * (count - lag - 2) * of;
    }
    return { ...plain, variance: plain.variance * (1 + (2 / (count * (count - 1) * (count - 2))) * sum) };
  },
  'yue-wang': (values, lags) => {
    const plain = score(values);
    const correlation = autocorrelation(detrended(values, slopeOf(values)), lags);
    let sum = 0;
    for (let lag = 1; lag <= lags; lag += 1) sum += (1 - lag / plain.count) * (correlation[lag] as number);
    return { ...plain, variance: plain.variance * (1 + 2 * sum) };
  },
  'pre-whitening': (values) => score(whitened(values)),
  'trend-free-pre-whitening': (values) => {
    const slope = slopeOf(values);
    return score(whitened(detrended(values, slope)).map((value, index) => value + slope * (index + 1)));
  },
};

/**
 * Whether values rise or fall more often than chance would have it, whatever their distribution. Mann 1945, Kendall 1975. NaN are
 * left out; what is left counts as evenly spaced.
 *
 * @param values in time order
 */
export const mannKendall = (
  values: ArrayLike<number>,
  { dependence = 'none', lags = Infinity, significance = 0.05 }: MannKendallSettings = {},
): MannKendall => {
  const used = known(values);
  if (used.length < 3) return verdict(score(used), significance);
  return verdict(scored[dependence](used, Math.min(lags, used.length - 1), significance), significance);
};

/**
 * The same for values with a season: each is compared only with those of its own place in the period. Hirsch, Slack & Smith 1982.
 *
 * @param values in time order, NaN in place where one is missing
 * @param period values in a season, for example 12 months
 */
export const seasonalMannKendall = (
  values: ArrayLike<number>,
  period: number,
  { significance = 0.05 }: Pick<MannKendallSettings, 'significance'> = {},
): MannKendall & { readonly slopePerPeriod: number } => {
  const all = Array.from(values);
  const seasons = Array.from({ length: period }, (_, place) => all.filter((_value, index) => index % period === place));
  const whole = seasons
    .map((season) => score(known(season)))
    .reduce((sum, one) => ({
      count: sum.count + one.count,
      s: sum.s + one.s,
      variance: sum.variance + one.variance,
      pairs: sum.pairs + one.pairs,
    }));
  const slopes: number[] = [];
  for (const season of seasons)
    for (let right = 1; right < season.length; right += 1)
      for (let left = 0; left < right; left += 1)
        slopes.push(((season[right] as number) - (season[left] as number)) / (right - left));
  return { ...verdict(whole, significance), slopePerPeriod: median(slopes) };
};
