/** Σ t(t − 1)(2t + 5) over groups of t equal values: what ties take from the variance of Kendall's S. */
export const tiedTerms = (values: Float64Array): number => {
  const sorted = values.toSorted();
  let sum = 0;
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end += 1;
    const tied = end - start;
    if (tied > 1) sum += tied * (tied - 1) * (2 * tied + 5);
    start = end;
  }
  return sum;
};

/** Ranks from 1; equal values share the mean of theirs. */
export const ranks = (values: Float64Array): Float64Array => {
  const order = Array.from(values.keys()).toSorted((a, b) => (values[a] as number) - (values[b] as number));
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end += 1;
    for (let index = start; index < end; index += 1) result[order[index] as number] = (start + end + 1) / 2;
    start = end;
  }
  return result;
};
