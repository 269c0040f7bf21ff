/** Correlation of values with themselves `lag` steps later, by the mean of all and divided by all (the biased estimate). */
export const autocorrelation = (values: Float64Array, lags: number): Float64Array => {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const result = new Float64Array(lags + 1);
  for (let lag = 0; lag <= lags; lag += 1) {
    let sum = 0;
    for (let index = lag; index < count; index += 1)
      sum += ((values[index] as number) - mean) * ((values[index - lag] as number) - mean);
    result[lag] = sum;
  }
  const whole = result[0] as number;
  return result.map((sum) => (whole === 0 ? 0 : sum / whole));
};
