import type { Report } from './report.ts';

export type AlertCode = 'ALERT_LOW' | 'ALERT_HIGH' | 'ALERT_RISING' | 'ALERT_FALLING';

/** A value, or what is made of it, beyond a limit: since when, until when, and how far. */
export interface Crossing {
  readonly from: number;
  to: number;
  samples: number;
  extreme: number;
  /** Since when values are back, while it is kept. */
  backAt?: number | null;
}

export interface ThresholdSettings {
  readonly code: AlertCode;
  /** 1 for above, -1 for below: both are judged as above. */
  readonly sign: 1 | -1;
  readonly limit: number;
  /** How far the value must come back. */
  readonly back: number;
  readonly inclusive: boolean;
  /** Samples in a row that make it an alert, and how long the first and the last of them are apart. */
  readonly samples: number;
  readonly forMs: number;
  /** How long values have to be back before it is over. */
  readonly keepMs: number;
}

/** Says when a limit is passed, provisional while that lasts and final when it is over. */
export class Threshold {
  open: Crossing | null = null;
  readonly #settings: ThresholdSettings;
  readonly #limit: number;

  constructor(settings: ThresholdSettings) {
    this.#settings = settings;
    this.#limit = settings.limit * settings.sign;
  }

  see(report: Report, at: number, read: number): void {
    this.pass(report, at);
    const { open } = this;
    const { sign, back, inclusive } = this.#settings;
    const height = read * sign;
    const raised = open !== null && this.#isRaised(open);
    const reached = height > this.#limit || (inclusive && height === this.#limit);
    if (reached || (raised && height > this.#limit - back)) {
      if (open === null) {
        this.open = { from: at, to: at, samples: 1, extreme: read };
        return;
      }
      open.to = at;
      open.samples += 1;
      open.backAt = null;
      if (height > open.extreme * sign) open.extreme = read;
    } else if (raised) {
      open.backAt ??= at;
      this.pass(report, at);
    } else {
      this.open = null;
    }
  }

  /** Time passed: what was to be kept may be over. */
  pass(report: Report, to: number): void {
    const { open } = this;
    if (open === null || (open.backAt ?? null) === null || to - (open.backAt as number) < this.#settings.keepMs) return;
    this.#say(report, open, 'final');
    this.open = null;
  }

  /** What still lasts at the end of a chunk. */
  flush(report: Report): void {
    if (this.open !== null && this.#isRaised(this.open)) this.#say(report, this.open, 'provisional');
  }

  #isRaised({ samples, from, to }: Crossing): boolean {
    return samples >= this.#settings.samples && to - from >= this.#settings.forMs;
  }

  #say(report: Report, { from, to, samples, extreme }: Crossing, status: 'provisional' | 'final'): void {
    const { code, limit } = this.#settings;
    report.find({
      key: `${code}:value:${from}`,
      role: 'value',
      from,
      to,
      code,
      flag: 1,
      status,
      detail: { limit, extreme, readings: samples },
    });
  }
}
