/** One record of a device that came live: when it came, and the newest instant that it told. */
export interface Sighting {
  readonly receivedAt: number;
  readonly at: number;
  /** When the vendor stored that reading, where it says so. */
  readonly vendorAt: number | undefined;
}

/** How far a device's times are off. */
export interface ZoneVerdict {
  /** Whole hours by which its instants lag behind (positive) or lie in the future (negative). */
  readonly hours: number;
}

const minute = 60_000;
const hour = 60 * minute;

/** How far from a whole hour an offset may be: clocks drift, and what was measured is sent a little later. */
const toleranceMs = 10 * minute;
/** Records that have to agree. */
const sightingsNeeded = 6;
/** Zones differ by at most 26 hours, and nobody is wrong by more than these. */
export const farthestMs = 15 * hour;
/** What is sent late catches up; within this span of instants that shows, however fast it comes. */
const leastSpanMs = 40 * minute;

/**
 * Whether an offset is one that only a wrong zone explains: a whole number of hours, and when it lags more than the device's own pace
 * and that of its reads do.
 *
 * @param paceMs how old a reading may be when it is first seen, beyond the tolerance: its interval and the time between two reads
 */
export const wholeHours = (lagMs: number, paceMs: number): number => {
  const hours = Math.round(lagMs / hour);
  if (hours === 0 || Math.abs(lagMs) > farthestMs || Math.abs(lagMs - hours * hour) > toleranceMs) return 0;
  return lagMs < 0 || lagMs > paceMs + toleranceMs ? hours : 0;
};

const agreed = (lags: readonly number[], paceMs: number): number => {
  const hours = wholeHours(lags[0] ?? 0, paceMs);
  return hours !== 0 && lags.every((lag) => wholeHours(lag, paceMs) === hours) ? hours : 0;
};

/** The newest first; of those that tell the same instant the first that came, as the others tell nothing new. */
const newestFirst = (sightings: readonly Sighting[]): readonly Sighting[] => {
  const first = new Map<number, Sighting>();
  for (const one of sightings) if ((first.get(one.at)?.receivedAt ?? Infinity) > one.receivedAt) first.set(one.at, one);
  return [...first.values()].toSorted((a, b) => b.receivedAt - a.receivedAt || b.at - a.at);
};

/**
 * Judges whether a device's times are in another zone than declared: its newest records, each with something new, all lie the same
 * whole number of hours before or after their arrival, or after the vendor stored them. An upload of old readings is none: it catches up.
 */
export const judgeZone = (sightings: readonly Sighting[], paceMs: number): ZoneVerdict | undefined => {
  const recent: Sighting[] = [];
  for (const one of newestFirst(sightings)) {
    recent.push(one);
    if (recent.length < sightingsNeeded) continue;
    const instants = recent.map(({ at }) => at);
    if (Math.max(...instants) - Math.min(...instants) >= leastSpanMs) break;
  }
  const instants = recent.map(({ at }) => at);
  if (recent.length < sightingsNeeded || Math.max(...instants) - Math.min(...instants) < leastSpanMs) return undefined;
  const byArrival = agreed(
    recent.map(({ receivedAt, at }) => receivedAt - at),
    paceMs,
  );
  const stored = recent.flatMap(({ vendorAt, at }) => (vendorAt === undefined ? [] : [vendorAt - at]));
  const hours = byArrival !== 0 ? byArrival : stored.length === recent.length ? agreed(stored, paceMs) : 0;
  return hours === 0 ? undefined : { hours };
};

/** `-04:00` */
export const offsetText = (minutes: number): string => {
  const size = Math.abs(minutes);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
};
