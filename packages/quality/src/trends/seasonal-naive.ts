/**
 * What was at the same place of the last season in which there is a value: the forecast that any other has to beat.
 *
 * @param origin values before this index are known
 * @returns NaN where no season has a value
 */
export const seasonalNaive = (values: Float64Array, period: number, origin: number, horizon: number): Float64Array =>
  Float64Array.from({ length: horizon }, (_, step) => {
    let index = origin + step;
    while (index >= origin || (index >= 0 && Number.isNaN(values[index]))) index -= period;
    return values[index] ?? Number.NaN;
  });
