/** Something for each instant of each series. */
export class ByInstant<T> {
  readonly #series = new Map<string, Map<number, T>>();

  get(series: string, at: number): T | undefined {
    return this.#series.get(series)?.get(at);
  }

  has(series: string, at: number): boolean {
    return this.#series.get(series)?.has(at) === true;
  }

  set(series: string, at: number, one: T): void {
    let own = this.#series.get(series);
    if (own === undefined) this.#series.set(series, (own = new Map()));
    own.set(at, one);
  }

  delete(series: string, at: number): void {
    this.#series.get(series)?.delete(at);
  }

  get empty(): boolean {
    for (const own of this.#series.values()) if (own.size > 0) return false;
    return true;
  }

  values(): T[] {
    return [...this.#series.values()].flatMap((own) => [...own.values()]);
  }
}
