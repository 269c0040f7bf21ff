import { type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import type { Report } from './report.ts';

interface Crossing {
  readonly from: number;
  to: number;
  samples: number;
  extreme: number;
}

interface ThresholdSettings {
  readonly code: 'ALERT_LOW' | 'ALERT_HIGH';
  /** 1 for above, -1 for below: both are judged as above. */
  readonly sign: 1 | -1;
  readonly limit: number;
  /** How far the value must come back. */
  readonly back: number;
  readonly inclusive: boolean;
  readonly samples: number;
}

class Threshold {
  open: Crossing | null = null;
  readonly #settings: ThresholdSettings;
  readonly #limit: number;

  constructor(settings: ThresholdSettings) {
    this.#settings = settings;
    this.#limit = settings.limit * settings.sign;
  }

  see(report: Report, at: number, read: number): void {
    const { open } = this;
    const { sign, back, inclusive, samples } = this.#settings;
    const height = read * sign;
    const raised = open !== null && open.samples >= samples;
    const reached = height > this.#limit || (inclusive && height === this.#limit);
    if (reached || (raised && height > this.#limit - back)) {
      if (open === null) {
        this.open = { from: at, to: at, samples: 1, extreme: read };
        return;
      }
      open.to = at;
      open.samples += 1;
      if (height > open.extreme * sign) open.extreme = read;
    } else if (open !== null) {
      if (raised) this.#say(report, open, 'final');
      this.open = null;
    }
  }

  /** What still lasts at the end of a chunk. */
  flush(report: Report): void {
    if (this.open !== null && this.open.samples >= this.#settings.samples) this.#say(report, this.open, 'provisional');
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

/** ALERT_THRESHOLDS: events about the water, provisional while they last and final when over. They flag no value. */
export const alertThresholdsRule = builtIn({
  id: 'alert-thresholds',
  description: 'A value reached a threshold that people asked to be told about',
  roles: { value: { required: true, description: 'Any series' } },
  codes: { ALERT_LOW: [1], ALERT_HIGH: [1] },
  events: ['ALERT_LOW', 'ALERT_HIGH'],
  params: {
    below: Type.Optional(Type.Number({ description: 'Below this people are told, in the unit of the series.' })),
    above: Type.Optional(Type.Number({ description: 'Above this people are told, in the unit of the series.' })),
    inclusive: Type.Boolean({ default: false, description: 'Whether a threshold is reached at its own value.' }),
    hysteresis: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'How far it must come back. Default: 2 % of the distance between both thresholds, or of the one.',
      }),
    ),
    samples: Type.Integer({ default: 2, minimum: 1, description: 'Samples in a row that make an alert.' }),
  },
  open: ({ below, above, inclusive, hysteresis, samples }) => {
    const distance =
      below !== undefined && above !== undefined ? Math.max(0, above - below) : Math.abs(above ?? below ?? 0);
    const rest = { back: hysteresis ?? 0.02 * distance, inclusive, samples };
    const thresholds = [
      ...(below === undefined ? [] : [new Threshold({ code: 'ALERT_LOW', sign: -1, limit: below, ...rest })]),
      ...(above === undefined ? [] : [new Threshold({ code: 'ALERT_HIGH', sign: 1, limit: above, ...rest })]),
    ];
    return {
      push: ({ value: column }, report) => {
        if (column === undefined) return;
        const { time, value, length } = column;
        for (const threshold of thresholds) {
          for (let index = 0; index < length; index += 1) {
            const read = value[index] as number;
            if (Number.isFinite(read)) threshold.see(report, time[index] as number, read);
          }
          threshold.flush(report);
        }
      },
      save: () => thresholds.map(({ open }) => (open === null ? null : { ...open })),
      load: (state: Json) => {
        const saved = state as unknown as (Crossing | null)[];
        for (const [index, threshold] of thresholds.entries()) {
          const open = saved[index] ?? null;
          threshold.open = open === null ? null : { ...open };
        }
      },
    };
  },
});
