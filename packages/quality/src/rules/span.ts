import type { Finding, Flag } from '@caudal/core';
import type { Report } from './report.ts';

/** Samples in a row of which the same is said. Plain JSON. */
export interface SpanState {
  code: string;
  flag: Flag;
  from: number;
  to: number;
  count: number;
  /** The value that stands farthest from what is allowed, or the first. */
  observed: number;
  limit: number;
}

/** Says one finding for a run of samples instead of one each; what goes on at the end of a chunk is said as far as it went. */
export class Span {
  state: SpanState | null = null;
  readonly #role: string;

  constructor(role: string) {
    this.#role = role;
  }

  mark(report: Report, code: string, flag: Flag, at: number, observed: number, limit = Number.NaN): void {
    const state = this.state;
    if (state !== null && state.code === code && state.flag === flag) {
      state.to = at;
      state.count += 1;
      return;
    }
    this.clear(report);
    this.state = { code, flag, from: at, to: at, count: 1, observed, limit };
  }

  /** The run is over. */
  clear(report: Report): void {
    if (this.state === null) return;
    this.flush(report);
    this.state = null;
  }

  flush(report: Report): Finding | undefined {
    if (this.state === null) return undefined;
    const { code, flag, from, to, count, observed, limit } = this.state;
    const detail: Record<string, string | number> = { readings: count };
    if (Number.isFinite(observed)) detail['observed'] = observed;
    else detail['observed'] = String(observed);
    if (Number.isFinite(limit)) detail['limit'] = limit;
    const finding: Finding = {
      key: `${code}:${this.#role}:${from}`,
      role: this.#role,
      from,
      to,
      code,
      flag,
      status: 'final',
      detail,
    };
    report.find(finding);
    return finding;
  }

  /** As JSON: what is no number is written as text. */
  save() {
    if (this.state === null) return null;
    const { observed, limit, ...rest } = this.state;
    return { ...rest, observed: String(observed), limit: String(limit) };
  }

  load(saved: ReturnType<Span['save']>): void {
    this.state = saved === null ? null : { ...saved, observed: Number(saved.observed), limit: Number(saved.limit) };
  }
}
