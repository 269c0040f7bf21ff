/** A month by the regulators' clock, UTC−4 all year; UTC milliseconds, half-open. */
export interface Month {
  readonly from: number;
  readonly to: number;
}

const offsetMs = 4 * 3_600_000;
const startOf = (year: number, month: number): number => Date.UTC(year, month, 1) + offsetMs;

export const monthOf = (at: number): Month => {
  const there = new Date(at - offsetMs);
  const [year, month] = [there.getUTCFullYear(), there.getUTCMonth()];
  return { from: startOf(year, month), to: startOf(year, month + 1) };
};

export const monthStep = (month: Month, by: number): Month => {
  const there = new Date(month.from - offsetMs);
  const [year, index] = [there.getUTCFullYear(), there.getUTCMonth() + by];
  return { from: startOf(year, index), to: startOf(year, index + 1) };
};

/** The day of an instant by the regulators' clock, as the instant it begins at, and the hour in it. */
export const dayOf = (at: number): { readonly day: number; readonly hour: number } => {
  const there = at - offsetMs;
  const day = there - (there % 86_400_000);
  return { day: day + offsetMs, hour: Math.floor((there - day) / 3_600_000) };
};
