import { Flag, worseFlag } from '@caudal/core';
import type { ChangedFlags } from './contract.ts';

interface Live {
  readonly from: number;
  readonly to: number;
  readonly flag: Flag;
}

/** No finding says anything of the value. Shown as good where rules looked at it. */
const untouched = 0;

type Runs = [number, number][];

const runsOf = (length: number, at: (index: number) => number): Runs => {
  const runs: Runs = [];
  for (let index = 0; index < length; index += 1) {
    const last = runs.at(-1);
    const value = at(index);
    if (last !== undefined && last[0] === value) last[1] += 1;
    else runs.push([value, 1]);
  }
  return runs;
};

/**
 * The flags of the recent samples of one series, and the findings that make them: so that a finding that comes late, changes
 * or is withdrawn changes the flags of the right samples. A missing value stays 9 whatever is said of its neighbours.
 */
export class History {
  #time = new Float64Array(64);
  #base = new Uint8Array(64);
  #flag = new Uint8Array(64);
  #reported = new Uint8Array(64);
  #start = 0;
  #end = 0;
  /** First sample of the chunk. */
  #chunk = 0;
  #dirty = Infinity;
  readonly #live = new Map<string, Live>();
  readonly #good: Flag;

  /** @param judged whether any rule looks at the series: without one its values are not evaluated */
  constructor(judged: boolean) {
    this.#good = judged ? Flag.good : Flag.notEvaluated;
  }

  append(time: Float64Array, value: Float64Array, length: number): void {
    this.#room(length);
    this.#chunk = this.#end;
    this.#time.set(time.subarray(0, length), this.#end);
    for (let index = 0; index < length; index += 1) {
      const base = Number.isFinite(value[index]) ? untouched : Flag.missing;
      this.#base[this.#end + index] = base;
      this.#flag[this.#end + index] = base;
    }
    this.#end += length;
  }

  #room(more: number): void {
    if (this.#end + more <= this.#time.length) return;
    const kept = this.#end - this.#start;
    const size = Math.max(this.#time.length, 2 * (kept + more));
    const moved = <A extends Float64Array | Uint8Array>(array: A, fresh: A): A => {
      fresh.set(array.subarray(this.#start, this.#end));
      return fresh;
    };
    this.#time = moved(this.#time, new Float64Array(size));
    this.#base = moved(this.#base, new Uint8Array(size));
    this.#flag = moved(this.#flag, new Uint8Array(size));
    this.#reported = moved(this.#reported, new Uint8Array(size));
    this.#end = kept;
    this.#start = 0;
  }

  put(key: string, from: number, to: number, flag: Flag): void {
    const before = this.#live.get(key);
    this.#live.set(key, { from, to, flag });
    if (before === undefined) this.#fold(from, to, flag);
    else if (before.flag === flag && before.from === from && before.to <= to) this.#fold(before.to, to, flag);
    else this.#recompute(Math.min(from, before.from), Math.max(to, before.to));
  }

  drop(key: string): void {
    const before = this.#live.get(key);
    if (before === undefined) return;
    this.#live.delete(key);
    this.#recompute(before.from, before.to);
  }

  /** First sample not before the instant. */
  #index(instant: number): number {
    let [low, high] = [this.#start, this.#end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#time[middle] as number) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #fold(from: number, to: number, flag: Flag): void {
    const first = this.#index(from);
    this.#dirty = Math.min(this.#dirty, first);
    for (let index = first; index < this.#end && (this.#time[index] as number) <= to; index += 1) {
      const now = this.#flag[index] as Flag;
      if (now !== Flag.missing) this.#flag[index] = flag === Flag.missing ? flag : worseFlag(now, flag);
    }
  }

  #recompute(from: number, to: number): void {
    const first = this.#index(from);
    for (let index = first; index < this.#end && (this.#time[index] as number) <= to; index += 1) {
      this.#flag[index] = this.#base[index] as number;
    }
    this.#dirty = Math.min(this.#dirty, first);
    for (const live of this.#live.values()) {
      if (live.to >= from && live.from <= to) this.#fold(Math.max(from, live.from), Math.min(to, live.to), live.flag);
    }
  }

  #shown(index: number): number {
    return this.#flag[index] === untouched ? this.#good : (this.#flag[index] as number);
  }

  /** Flags of the chunk, and of earlier samples that changed; then forgets what is older than both limits allow. */
  finish(historyMs: number, historySamples: number): { flags: Uint8Array; changed: ChangedFlags | undefined } {
    const flags = new Uint8Array(this.#end - this.#chunk);
    for (let index = this.#chunk; index < this.#end; index += 1) {
      flags[index - this.#chunk] = this.#shown(index);
      this.#reported[index] = this.#shown(index);
    }
    const changed: number[] = [];
    for (let index = Math.max(this.#start, this.#dirty); index < this.#chunk; index += 1) {
      if (this.#reported[index] !== this.#shown(index)) {
        this.#reported[index] = this.#shown(index);
        changed.push(index);
      }
    }
    const result =
      changed.length === 0
        ? undefined
        : {
            time: Float64Array.from(changed, (index) => this.#time[index] as number),
            flag: Uint8Array.from(changed, (index) => this.#reported[index] as number),
          };
    this.#forget(historyMs, historySamples);
    this.#chunk = this.#end;
    this.#dirty = Infinity;
    return { flags, changed: result };
  }

  #forget(historyMs: number, historySamples: number): void {
    if (this.#end === this.#start) return;
    const oldest = (this.#time[this.#end - 1] as number) - historyMs;
    this.#start = Math.max(this.#index(oldest), this.#end - historySamples);
    const first = this.#time[this.#start] as number;
    for (const [key, { to }] of this.#live) if (to < first) this.#live.delete(key);
  }

  save() {
    const at = (index: number) => this.#time[this.#start + index] as number;
    const length = this.#end - this.#start;
    return {
      first: length === 0 ? 0 : at(0),
      distances: runsOf(Math.max(0, length - 1), (index) => at(index + 1) - at(index)),
      base: runsOf(length, (index) => this.#base[this.#start + index] as number),
      live: [...this.#live].map(
        ([key, { from, to, flag }]) => [key, from, Number.isFinite(to) ? to : null, flag] as const,
      ),
    };
  }

  load(saved: ReturnType<History['save']>): void {
    const base = saved.base.flatMap(([flag, count]) => Array.from({ length: count }, () => flag));
    const time = new Float64Array(base.length);
    time[0] = saved.first;
    let index = 1;
    for (const [distance, count] of saved.distances) {
      for (let step = 0; step < count; step += 1) {
        time[index] = (time[index - 1] as number) + distance;
        index += 1;
      }
    }
    this.#start = 0;
    this.#end = 0;
    this.#live.clear();
    this.append(
      time,
      Float64Array.from(base, (flag) => (flag === Flag.missing ? Number.NaN : 0)),
      base.length,
    );
    for (const [key, from, to, flag] of saved.live) this.put(key, from, to ?? Infinity, flag);
    for (index = 0; index < this.#end; index += 1) this.#reported[index] = this.#shown(index);
    this.#chunk = this.#end;
    this.#dirty = Infinity;
  }
}
