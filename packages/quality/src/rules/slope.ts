import type { Json } from '@caudal/core';

const hour = 3_600_000;

/** Samples kept of the window; closer ones are left out. */
const keptAtMost = 128;

/** How fast a value changes: against the oldest sample of the window behind it, when that is at least half a window away. */
export class Slope {
  #kept: [at: number, value: number][] = [];
  readonly #overMs: number;

  constructor(overMs: number) {
    this.#overMs = overMs;
  }

  /** Change in an hour; undefined while there is too little to tell. */
  see(at: number, value: number): number | undefined {
    while (this.#kept[0] !== undefined && at - this.#kept[0][0] > this.#overMs) this.#kept.shift();
    const [oldest] = this.#kept;
    const newest = this.#kept.at(-1);
    if (newest === undefined || at - newest[0] >= this.#overMs / keptAtMost) this.#kept.push([at, value]);
    if (oldest === undefined || at - oldest[0] < this.#overMs / 2) return undefined;
    return ((value - oldest[1]) / (at - oldest[0])) * hour;
  }

  save(): Json {
    return this.#kept.map(([at, value]) => [at, value]);
  }

  load(state: Json): void {
    this.#kept = (state as [number, number][]).map(([at, value]) => [at, value]);
  }
}
