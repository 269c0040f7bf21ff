import { type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { type Crossing, Threshold } from './threshold.ts';

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
    const rest = { back: hysteresis ?? 0.02 * distance, inclusive, samples, forMs: 0, keepMs: 0 };
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
