/** What a device sends: text, number, boolean or JSON. */
export type ThingsBoardValue = string | number | boolean | { readonly [key: string]: unknown } | readonly unknown[];

export interface ThingsBoardSample {
  readonly key: string;
  /** UTC milliseconds, by the device's own clock. */
  readonly ts: number;
  readonly value: ThingsBoardValue;
  /** When it reached the platform. Default: now. Later than `ts` is a late upload. */
  readonly arrived?: number;
}

export interface StoredSample {
  readonly ts: number;
  readonly value: ThingsBoardValue;
  readonly arrived: number;
}

/** Samples of one entity, sorted by time within each key. */
export interface Telemetry {
  readonly keys: readonly string[];
  /** @returns whether the sample is the newest of its key */
  add(sample: ThingsBoardSample, now: number): boolean;
  /** Those of a key that had arrived by `now`, oldest first. */
  of(key: string, now: number): readonly StoredSample[];
}

/**
 * ThingsBoard's own storage has one value for a key and an instant, and a later one replaces it (`replace`). `keep` is for servers
 * in front of it of which this is not known.
 */
export type SameInstant = 'replace' | 'keep';

const place = (samples: readonly StoredSample[], ts: number): number => {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle]?.ts ?? 0) <= ts) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const createTelemetry = (sameInstant: SameInstant): Telemetry => {
  const byKey = new Map<string, StoredSample[]>();
  return {
    get keys() {
      return [...byKey.keys()];
    },
    add({ key, ts, value, arrived }, now) {
      let samples = byKey.get(key);
      if (samples === undefined) {
        samples = [];
        byKey.set(key, samples);
      }
      const at = place(samples, ts);
      const replaces = sameInstant === 'replace' && samples[at - 1]?.ts === ts;
      samples.splice(replaces ? at - 1 : at, replaces ? 1 : 0, { ts, value, arrived: arrived ?? now });
      return samples.at(-1)?.ts === ts;
    },
    of: (key, now) => (byKey.get(key) ?? []).filter(({ arrived }) => arrived <= now),
  };
};

/** As the REST API writes a value: text, unless strict types were asked for. */
export const written = (value: ThingsBoardValue, strict: boolean): unknown =>
  strict || typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
