/** What one sample of a flow stands for; decides its integral (WaterML 2 interpolation types). */
export type FlowMeaning = 'instant' | 'mean-preceding' | 'mean-succeeding';

/**
 * Volume between two neighbouring samples, unit of the flow times seconds: the trapezoid of instantaneous values, or the mean
 * that one of both states for the whole step.
 *
 * @param dtMs milliseconds between the samples
 */
export const stepArea = (before: number, after: number, dtMs: number, meaning: FlowMeaning): number => {
  const seconds = dtMs / 1000;
  if (meaning === 'mean-preceding') return after * seconds;
  if (meaning === 'mean-succeeding') return before * seconds;
  return ((before + after) / 2) * seconds;
};

/** The part of {@link stepArea} up to `partMs` after the first sample: of instantaneous values the exact part of the trapezoid. */
export const partArea = (before: number, after: number, dtMs: number, partMs: number, meaning: FlowMeaning): number => {
  const there = meaning === 'instant' ? before + ((after - before) * partMs) / dtMs : after;
  return stepArea(before, there, partMs, meaning);
};

/** A sum that does not lose what is small beside it. Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation". */
export class CompensatedSum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }

  save(): readonly [number, number] {
    return [this.#sum, this.#lost];
  }

  load([sum, lost]: readonly [number, number]): void {
    this.#sum = sum;
    this.#lost = lost;
  }
}
