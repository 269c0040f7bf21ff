import { type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import { Span } from './span.ts';

/** SENTINEL and NOT_A_NUMBER: what stands in place of a measurement is missing. A sample without a value needs no finding. */
export const missingRule = builtIn({
  id: 'missing',
  description: 'What a device sends in place of a measurement: infinities and its codes for a fault',
  roles: { value: { required: true, description: 'Any series' } },
  codes: { NOT_A_NUMBER: [9], SENTINEL: [9] },
  sees: 9,
  params: {
    sentinels: Type.Array(Type.Number(), {
      default: [],
      description: 'Values that mean a fault of the device, in the unit of the series.',
    }),
  },
  open: ({ sentinels }) => {
    const faults = new Set(sentinels);
    const span = new Span('value');
    return {
      push: ({ value: column }, report) => {
        if (column === undefined) return;
        const { time, value, length } = column;
        for (let index = 0; index < length; index += 1) {
          const read = value[index] as number;
          if (Number.isNaN(read)) continue;
          if (!Number.isFinite(read)) span.mark(report, 'NOT_A_NUMBER', 9, time[index] as number, read);
          else if (faults.size > 0 && faults.has(read)) span.mark(report, 'SENTINEL', 9, time[index] as number, read);
          else if (span.state !== null) span.clear(report);
        }
        span.flush(report);
      },
      save: () => span.save(),
      load: (state: Json) => span.load(state as unknown as ReturnType<Span['save']>),
    };
  },
});
