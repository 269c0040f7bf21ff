import { type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { Slope } from './slope.ts';
import { type AlertCode, type Crossing, Threshold } from './threshold.ts';

/** What a condition looks at, and on which side of the limit. */
const conditions = {
  below: { code: 'ALERT_LOW', sign: -1, rate: false },
  above: { code: 'ALERT_HIGH', sign: 1, rate: false },
  rising: { code: 'ALERT_RISING', sign: 1, rate: true },
  // A fall of 3 is a change of −3.
  falling: { code: 'ALERT_FALLING', sign: -1, rate: true },
} as const satisfies Record<string, { code: AlertCode; sign: 1 | -1; rate: boolean }>;

interface Saved {
  readonly open: Crossing | null;
  readonly slope: Json;
}

/** ALERT_CONDITION: one condition that people asked to be told about, which has to last and is kept for a while. It flags no value. */
export const alertConditionRule = builtIn({
  id: 'alert-condition',
  description: 'A value, or how fast it changes, passed a limit that people asked to be told about',
  roles: { value: { required: true, description: 'Any series' } },
  codes: { ALERT_LOW: [1], ALERT_HIGH: [1], ALERT_RISING: [1], ALERT_FALLING: [1] },
  events: ['ALERT_LOW', 'ALERT_HIGH', 'ALERT_RISING', 'ALERT_FALLING'],
  params: {
    when: Type.Enum(['below', 'above', 'rising', 'falling'], { description: 'The condition.' }),
    limit: Type.Number({ description: 'In the unit of the series; of a change its size in an hour.' }),
    hysteresis: Type.Optional(
      Type.Number({ minimum: 0, description: 'How far it must come back. Default: 2 % of the limit.' }),
    ),
    forMs: Type.Number({ default: 0, minimum: 0, description: 'It has to last so long.' }),
    keepMs: Type.Number({
      default: 0,
      minimum: 0,
      description: 'Values have to be back for so long before it is over.',
    }),
    overMs: Type.Number({ default: 3_600_000, exclusiveMinimum: 0, description: 'A change is taken over this time.' }),
    samples: Type.Integer({ default: 2, minimum: 1, description: 'Samples in a row that make an alert.' }),
  },
  open: ({ when, limit, hysteresis, forMs, keepMs, overMs, samples }) => {
    const { code, sign, rate } = conditions[when];
    const slope = new Slope(overMs);
    const threshold = new Threshold({
      code,
      sign,
      limit: rate ? sign * limit : limit,
      back: hysteresis ?? 0.02 * Math.abs(limit),
      inclusive: false,
      samples,
      forMs,
      keepMs,
    });
    return {
      push: ({ value: column }, report) => {
        if (column === undefined) return;
        const { time, value, length } = column;
        for (let index = 0; index < length; index += 1) {
          const read = value[index] as number;
          const at = time[index] as number;
          if (!Number.isFinite(read)) continue;
          const seen = rate ? slope.see(at, read) : read;
          if (seen !== undefined) threshold.see(report, at, seen);
        }
        threshold.flush(report);
      },
      advance: (to, report) => threshold.pass(report, to),
      save: () => ({ open: threshold.open === null ? null : { ...threshold.open }, slope: slope.save() }),
      load: (state: Json) => {
        const { open, slope: kept } = state as unknown as Saved;
        threshold.open = open === null ? null : { ...open };
        slope.load(kept);
      },
    };
  },
});
