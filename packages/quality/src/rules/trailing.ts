/** The samples of a trailing window, oldest first, in plain arrays with a moving start: no sample is moved when one leaves. */
export class Trailing {
  #at: number[] = [];
  #value: number[] = [];
  #start = 0;

  get length(): number {
    return this.#at.length - this.#start;
  }

  push(at: number, value: number): void {
    this.#at.push(at);
    this.#value.push(value);
  }

  at(index: number): number {
    return this.#at[this.#start + index] as number;
  }

  value(index: number): number {
    return this.#value[this.#start + index] as number;
  }

  /** Forgets what is before the instant, and the oldest beyond `most`. */
  keep(from: number, most: number): void {
    while (this.#start < this.#at.length && (this.#at[this.#start] as number) < from) this.#start += 1;
    this.#start = Math.max(this.#start, this.#at.length - most);
    if (this.#start < 64 || this.#start < this.#at.length / 2) return;
    this.#at = this.#at.slice(this.#start);
    this.#value = this.#value.slice(this.#start);
    this.#start = 0;
  }

  save(): { readonly at: readonly number[]; readonly value: readonly number[] } {
    return { at: this.#at.slice(this.#start), value: this.#value.slice(this.#start) };
  }

  load({ at, value }: ReturnType<Trailing['save']>): void {
    this.#at = [...at];
    this.#value = [...value];
    this.#start = 0;
  }
}
