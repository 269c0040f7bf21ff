import type { Column } from '@caudal/core';

/** Under so many rows a loop is cheaper than a view and a copy. */
const fewRows = 16;

/** Samples on their way between two stages: columns that grow at the end and shrink at the front. */
export class Rows {
  time = new Float64Array(16);
  value = new Float64Array(16);
  flag = new Uint8Array(16);
  increase: Float64Array | undefined;
  length = 0;

  constructor(withIncrease: boolean) {
    this.increase = withIncrease ? new Float64Array(16) : undefined;
  }

  append(column: Column): void {
    const { length } = column;
    const end = this.length + length;
    if (end > this.time.length) this.#grow(Math.max(end, 2 * this.time.length));
    if (length < fewRows) this.#appendFew(column);
    else {
      this.time.set(column.time.subarray(0, length), this.length);
      this.value.set(column.value.subarray(0, length), this.length);
      this.flag.set(column.flag.subarray(0, length), this.length);
      if (column.increase === undefined) this.increase?.fill(0, this.length, end);
      else this.increase?.set(column.increase.subarray(0, length), this.length);
    }
    this.length = end;
  }

  #appendFew({ length, time, value, flag, increase }: Column): void {
    for (let index = 0; index < length; index += 1) {
      const row = this.length + index;
      this.time[row] = time[index] as number;
      this.value[row] = value[index] as number;
      this.flag[row] = flag[index] as number;
      if (this.increase !== undefined) this.increase[row] = increase?.[index] ?? 0;
    }
  }

  /** How many rows are before the instant. */
  before(instant: number): number {
    const { time, length } = this;
    if (length === 0 || (time[length - 1] as number) < instant) return length;
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((time[middle] as number) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first `count` rows, as a view that holds until the next append or drop. */
  view(count: number): Column {
    return {
      length: count,
      time: this.time.subarray(0, count),
      value: this.value.subarray(0, count),
      flag: this.flag.subarray(0, count),
      ...(this.increase === undefined ? {} : { increase: this.increase.subarray(0, count) }),
    };
  }

  drop(count: number): void {
    if (count > 0 && count < this.length) {
      for (const column of [this.time, this.value, this.flag, this.increase]) column?.copyWithin(0, count, this.length);
    }
    this.length -= count;
  }

  #grow(size: number): void {
    const bigger = <A extends Float64Array | Uint8Array>(array: A, fresh: A): A => {
      fresh.set(array.subarray(0, this.length));
      return fresh;
    };
    this.time = bigger(this.time, new Float64Array(size));
    this.value = bigger(this.value, new Float64Array(size));
    this.flag = bigger(this.flag, new Uint8Array(size));
    if (this.increase !== undefined) this.increase = bigger(this.increase, new Float64Array(size));
  }

  save() {
    const list = (array: Float64Array | Uint8Array | undefined) =>
      array === undefined
        ? null
        : Array.from(array.subarray(0, this.length), (item) => (Number.isFinite(item) ? item : String(item)));
    return { time: list(this.time), value: list(this.value), flag: list(this.flag), increase: list(this.increase) };
  }

  load(saved: ReturnType<Rows['save']>): void {
    const numbers = (list: (number | string)[] | null) => Float64Array.from(list ?? [], Number);
    this.length = 0;
    const time = numbers(saved.time);
    this.append({
      length: time.length,
      time,
      value: numbers(saved.value),
      flag: Uint8Array.from(numbers(saved.flag)),
      ...(saved.increase === null ? {} : { increase: numbers(saved.increase) }),
    });
  }
}

/** The rows a rule looks at: those whose flag is not worse than `sees`. The same column where that is all of them. */
export const seen = (column: Column, sees: number): Column => {
  const { flag, length } = column;
  let kept = 0;
  for (let index = 0; index < length; index += 1) if ((flag[index] as number) <= sees) kept += 1;
  if (kept === length) return column;
  const pick = <A extends Float64Array | Uint8Array>(array: A, fresh: A): A => {
    let out = 0;
    for (let index = 0; index < length; index += 1) {
      if ((flag[index] as number) <= sees) {
        fresh[out] = array[index] as number;
        out += 1;
      }
    }
    return fresh;
  };
  const floats = (array: Float64Array) => pick(array, new Float64Array(kept));
  return {
    length: kept,
    time: floats(column.time),
    value: floats(column.value),
    flag: pick(flag, new Uint8Array(kept)),
    ...(column.increase === undefined ? {} : { increase: floats(column.increase) }),
    ...(column.receivedAt === undefined ? {} : { receivedAt: floats(column.receivedAt) }),
    ...(column.conflict === undefined ? {} : { conflict: pick(column.conflict, new Uint8Array(kept)) }),
  };
};
