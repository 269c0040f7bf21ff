import { type Column, type Json, Type } from '@caudal/core';
import { builtIn } from './define.ts';
import type { Report } from './report.ts';
import { Span } from './span.ts';

type Saved = ReturnType<Span['save']>;

/** TIME_*: gaps, silence, measurements later than their arrival, two readings for one instant. */
export const timeRule = builtIn({
  id: 'time',
  description: 'Gaps, silence, instants after the arrival, and two readings for one instant',
  roles: { value: { required: true, description: 'Any series' } },
  codes: { TIME_GAP: [3, 4], TIME_FUTURE: [4], TIME_DUPLICATE_CONFLICT: [3], STALE: [2] },
  events: ['STALE'],
  sees: 9,
  params: {
    intervalMs: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'How often a value is expected, ms. Without it no gaps.' }),
    ),
    futureMs: Type.Number({ default: 300_000, minimum: 0, description: 'How far an instant may be ahead, ms.' }),
    gapIntervals: Type.Number({ default: 2, exclusiveMinimum: 0, description: 'More intervals than this are a gap.' }),
    gapFailMs: Type.Number({ default: 86_400_000, minimum: 0, description: 'A longer gap gives flag 4, ms.' }),
    staleIntervals: Type.Number({ default: 3, exclusiveMinimum: 0, description: 'Longer silence is an event.' }),
  },
  open: ({ intervalMs = Infinity, futureMs, gapIntervals, gapFailMs, staleIntervals }) => {
    const gapMs = intervalMs * gapIntervals;
    const spans = { gap: new Span('value'), future: new Span('value'), conflict: new Span('value') };
    let last: number | null = null;
    let stale = false;

    const gaps = ({ time, length }: Column, report: Report) => {
      let before = last ?? (time[0] as number);
      for (let index = 0; index < length; index += 1) {
        const at = time[index] as number;
        const silent = at - before;
        if (silent > gapMs) spans.gap.mark(report, 'TIME_GAP', silent > gapFailMs ? 4 : 3, at, silent, gapMs);
        else if (spans.gap.state !== null) spans.gap.clear(report);
        before = at;
      }
    };

    const future = ({ time, length, receivedAt }: Column, report: Report) => {
      for (let index = 0; index < length; index += 1) {
        const at = time[index] as number;
        const ahead = at - (receivedAt?.[index] ?? Number.NaN);
        if (ahead > futureMs) spans.future.mark(report, 'TIME_FUTURE', 4, at, ahead, futureMs);
        else if (spans.future.state !== null) spans.future.clear(report);
      }
    };

    const conflicts = ({ time, value, length, conflict }: Column, report: Report) => {
      for (let index = 0; index < length; index += 1) {
        if (conflict?.[index] === 1)
          spans.conflict.mark(report, 'TIME_DUPLICATE_CONFLICT', 3, time[index] as number, value[index] as number);
        else if (spans.conflict.state !== null) spans.conflict.clear(report);
      }
    };

    const staleKey = () => `STALE:value:${last}`;

    return {
      push: ({ value: column }, report) => {
        if (column === undefined || column.length === 0) return;
        if (stale) report.withdraw(staleKey());
        stale = false;
        if (gapMs !== Infinity) gaps(column, report);
        if (column.receivedAt !== undefined || spans.future.state !== null) future(column, report);
        if (column.conflict !== undefined || spans.conflict.state !== null) conflicts(column, report);
        last = column.time[column.length - 1] as number;
        for (const span of Object.values(spans)) span.flush(report);
      },
      // Silence stands only while it lasts: once a sample comes, the gap before it says the same for good.
      advance: (to, report) => {
        if (last === null || stale || intervalMs === Infinity || to === Infinity) return;
        const limitMs = intervalMs * staleIntervals;
        if (to <= last + limitMs) return;
        stale = true;
        report.find({
          key: staleKey(),
          role: 'value',
          from: last,
          to: last + limitMs,
          code: 'STALE',
          flag: 2,
          status: 'provisional',
          detail: { limitMs },
        });
      },
      save: () => ({
        last,
        stale,
        gap: spans.gap.save(),
        future: spans.future.save(),
        conflict: spans.conflict.save(),
      }),
      load: (state: Json) => {
        const saved = state as unknown as { last: number | null; stale: boolean } & Record<keyof typeof spans, Saved>;
        last = saved.last;
        stale = saved.stale;
        for (const [name, span] of Object.entries(spans)) span.load(saved[name as keyof typeof spans]);
      },
    };
  },
});
