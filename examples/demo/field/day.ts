const hour = 3_600_000;

/** 08:00 at the regulators (UTC−4). */
export const dayStart = Date.UTC(2026, 2, 2, 12);

/** An instant, in hours from the start. */
export const at = (hours: number): number => dayStart + hours * hour;

/** Wall clock of the regulators, UTC−4: `03-02 08:00`. */
export const clockText = (instant: number): string =>
  new Date(instant - 4 * hour).toISOString().slice(5, 16).replace('T', ' ');
