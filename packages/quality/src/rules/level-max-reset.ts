import { type Correction, type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import type { Report } from './report.ts';
import { Span } from './span.ts';

/**
 * LEVEL_MAX_RESET: a level above the maximum is a sensor that restarted or hangs in air. In strict mode the maximum itself passes. What is
 * shown instead is nothing unless the operator chose otherwise: zero, or the last level, would be a claim.
 */
export const levelMaxResetRule = builtIn({
  id: 'level-max-reset',
  description: 'A level above the maximum: sensor reset or out of water',
  roles: { level: { required: true, description: 'Level of the water' } },
  codes: { LEVEL_MAX_RESET: [4], RANGE_FAIL: [4] },
  sees: 4,
  params: {
    mode: Type.Enum(['strict', 'legacy'], {
      default: 'strict',
      description: 'strict: the maximum itself passes. legacy: it fails too, as the source design has it.',
    }),
    max: Type.Number({ default: 95, description: 'Largest level that can be true, in the unit of the series.' }),
    min: Type.Optional(Type.Number({ description: 'Smallest level that can be true.' })),
    event: Type.Integer({ default: 3, minimum: 1, description: 'So many in a row are one event.' }),
    correction: Type.Enum(['none', 'hold', 'interpolate', 'set'], { default: 'none', description: 'What is shown.' }),
    value: Type.Optional(Type.Number({ description: 'For correction "set".' })),
    maxGapMs: Type.Number({ default: 21_600_000, minimum: 0, description: 'Longest span held or interpolated, ms.' }),
  },
  open: ({ mode, max, min = -Infinity, event, correction, value: shown, maxGapMs }) => {
    const span = new Span('level');
    const above = mode === 'legacy' ? (read: number) => read >= max : (read: number) => read > max;
    const say = (report: Report) => {
      const found = span.flush(report);
      if (found?.code !== 'LEVEL_MAX_RESET' || span.state === null) return;
      if (span.state.count >= event) {
        report.find({ ...found, detail: { ...found.detail, event: 'sensor reset or out of water' } });
      }
      const short = found.to - found.from <= maxGapMs;
      const base = { key: found.key, role: 'level', from: found.from, to: found.to, because: found.key } as const;
      const state = 'applied' as const;
      const excluded: Correction = { ...base, method: 'exclude', origin: 'adjusted', state };
      const choices: Record<string, Correction> = {
        none: excluded,
        hold: short ? { ...base, method: 'hold', origin: 'estimated', state } : excluded,
        interpolate: short ? { ...base, method: 'interpolate', origin: 'interpolated', state } : excluded,
        set: shown === undefined ? excluded : { ...base, method: 'set', amount: shown, origin: 'manual', state },
      };
      report.correct(choices[correction] ?? excluded);
    };
    return {
      push: ({ level: column }, report) => {
        if (column === undefined) return;
        const { time, value, length } = column;
        for (let index = 0; index < length; index += 1) {
          const read = value[index] as number;
          const code = above(read) ? 'LEVEL_MAX_RESET' : read < min ? 'RANGE_FAIL' : undefined;
          if (span.state !== null && span.state.code !== code) {
            say(report);
            span.state = null;
          }
          if (code !== undefined) {
            span.mark(report, code, 4, time[index] as number, read, code === 'RANGE_FAIL' ? min : max);
          }
        }
        say(report);
      },
      save: () => span.save(),
      load: (state: Json) => span.load(state as unknown as ReturnType<Span['save']>),
    };
  },
});
