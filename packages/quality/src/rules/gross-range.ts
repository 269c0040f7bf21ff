import { CaudalError, type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { Span } from './span.ts';

const Bound = (description: string) => Type.Optional(Type.Number({ description }));

/** GROSS_RANGE: outside the fail span 4, outside the suspect span 3; the ends pass. Source: QARTOD gross range test. */
export const grossRangeRule = builtIn({
  id: 'gross-range',
  description: 'Outside what the instrument or the site can have, or usually has',
  roles: { value: { required: true, description: 'Any series' } },
  codes: { RANGE_FAIL: [4], RANGE_SUSPECT: [3] },
  params: {
    failBelow: Bound('Below this the value can not be true (flag 4), in the unit of the series.'),
    failAbove: Bound('Above this the value can not be true (flag 4), in the unit of the series.'),
    suspectBelow: Bound('Below this the value is suspect (flag 3), in the unit of the series.'),
    suspectAbove: Bound('Above this the value is suspect (flag 3), in the unit of the series.'),
  },
  open: ({ failBelow = -Infinity, failAbove = Infinity, suspectBelow = -Infinity, suspectAbove = Infinity }) => {
    const low = Math.max(failBelow, suspectBelow);
    const high = Math.min(failAbove, suspectAbove);
    if (low > high) throw new CaudalError('config', 'a lower limit lies above an upper limit', { sent: 'no' });
    const span = new Span('value');
    return {
      push: ({ value: column }, report) => {
        if (column === undefined) return;
        const { time, value, length } = column;
        for (let index = 0; index < length; index += 1) {
          const read = value[index] as number;
          if (read >= low && read <= high) {
            if (span.state !== null) span.clear(report);
          } else if (!Number.isNaN(read)) {
            const failed = read < failBelow || read > failAbove;
            const limit = read < low ? (failed ? failBelow : low) : failed ? failAbove : high;
            span.mark(
              report,
              failed ? 'RANGE_FAIL' : 'RANGE_SUSPECT',
              failed ? 4 : 3,
              time[index] as number,
              read,
              limit,
            );
          }
        }
        span.flush(report);
      },
      save: () => span.save(),
      load: (state: Json) => span.load(state as unknown as ReturnType<Span['save']>),
    };
  },
});
