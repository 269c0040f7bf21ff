import { closedObject, Type } from '@caudal/core';
import { scheduleNames } from '../../schedule/schedule-table.ts';
import type { ShownSlot } from '../../operate/schedules.ts';
import { type Route, route } from '../route.ts';
import { At, iso, isoOrNull, MaybeAt, NullableText, MaybeBy } from '../schemas/parts.ts';

const tag = 'System';
const needs = 'system:read' as const;

const SlotView = closedObject(
  {
    slot: Type.String({ format: 'date-time', description: 'When it was to be, or was asked for.' }),
    zone: NullableText,
    takenAt: MaybeAt,
    endedAt: MaybeAt,
    attempts: Type.Integer(),
    missed: Type.Integer({ description: 'Slots before it that nobody took.' }),
    askedBy: NullableText,
    by: MaybeBy,
    error: NullableText,
    result: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]), { description: 'What was done.' }),
  },
  { title: 'ScheduleSlot' },
);

const slotView = ({ schedule, slot, at, endedAt, attempts, missed, askedBy, by, error, result }: ShownSlot) => ({
  slot: iso(slot),
  zone: schedule.split('@')[1] ?? null,
  takenAt: attempts === 0 ? null : iso(at),
  endedAt: isoOrNull(endedAt),
  attempts,
  missed,
  askedBy,
  by,
  error,
  result: result ?? {},
});

const ScheduleView = closedObject(
  {
    name: Type.String(),
    zone: Type.Union([Type.String(), Type.Null()], {
      description: 'Of its time of day; null for what goes by minutes.',
    }),
    at: Type.Union([Type.String(), Type.Null()], { description: 'Its time of day.', examples: ['02:00'] }),
    everyMinutes: Type.Union([Type.Integer(), Type.Null()]),
    does: Type.String(),
    stage: Type.String(),
    when: Type.String({ examples: ['daily at 02:00 America/Santiago'] }),
    state: Type.Enum(['off', 'waiting', 'asked', 'running', 'failed', 'late']),
    last: Type.Union([SlotView, Type.Null()]),
    next: MaybeAt,
    missed: Type.Integer({ description: 'Slots of the last days that nobody took.' }),
  },
  { title: 'Schedule' },
);

const list = route({
  id: 'listSchedules',
  method: 'GET',
  path: '/schedules',
  tag,
  summary: 'What happens by the clock: last, next and missed slots',
  needs,
  answer: closedObject({ at: At, missedDays: Type.Integer(), items: Type.Array(ScheduleView) }, { title: 'Schedules' }),
  async run({ operations }) {
    const { at, missedDays, schedules } = await operations.schedules();
    return {
      at: iso(at),
      missedDays,
      items: schedules.map(({ last, next, ...one }) => ({
        ...one,
        last: last === null ? null : slotView(last),
        next: isoOrNull(next),
      })),
    };
  },
});

const params = closedObject({ schedule: Type.Enum([...scheduleNames], { description: 'Name.' }) });

const slots = route({
  id: 'listScheduleSlots',
  method: 'GET',
  path: '/schedules/{schedule}/slots',
  tag,
  summary: 'What the slots of a schedule came to, newest first',
  needs,
  params,
  query: closedObject({ limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }) }),
  answer: closedObject({ items: Type.Array(SlotView) }, { title: 'ScheduleSlots' }),
  run: async ({ params: { schedule }, query, operations }) => ({
    items: (await operations.scheduleSlots({ name: schedule, limit: query.limit })).map(slotView),
  }),
});

const run = route({
  id: 'runSchedule',
  method: 'POST',
  path: '/schedules/{schedule}/run',
  tag,
  summary: 'Do it now, beside its calendar',
  description: 'Nothing that runs by a schedule sends to a regulator. What is switched off is refused.',
  needs: 'values:write',
  params,
  status: 202,
  answer: closedObject({ asked: Type.Integer({ description: 'Slots: one for each zone.' }) }, { title: 'ScheduleRun' }),
  run: async ({ params: { schedule }, operations }) => operations.runSchedule({ name: schedule }),
});

export const scheduleRoutes: readonly Route[] = [list, slots, run];
