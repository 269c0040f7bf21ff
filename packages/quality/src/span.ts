/** First index whose time is at or after `at`; the length where there is none. */
export const indexFrom = (time: Float64Array, at: number): number => {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** First index whose time is after `at`; the length where there is none. */
export const indexAfter = (time: Float64Array, at: number): number => {
  let index = indexFrom(time, at);
  while (time[index] === at) index += 1;
  return index;
};
