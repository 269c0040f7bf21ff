import type { ScheduleNow, SchedulesNow, ShownSlot } from '../../operate/schedules.ts';
import { ask } from '../ask.ts';
import { type Command, exitCodes, type Invocation } from '../command.ts';

const time = (instant: number | null | undefined) =>
  instant === null || instant === undefined ? '–' : new Date(instant).toISOString();

const resultOf = ({ result, error }: ShownSlot): string =>
  error ??
  Object.entries(result ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const row = ({ name, when, state, last, next, missed }: ScheduleNow): readonly string[] => [
  name,
  when,
  state,
  time(last?.slot),
  time(next),
  String(missed),
  last === null ? '' : resultOf(last),
];

const slotRow = (slot: ShownSlot): readonly string[] => [
  time(slot.slot),
  slot.schedule.split('@')[1] ?? '',
  slot.endedAt === null ? (slot.attempts === 0 ? 'asked' : 'open') : slot.error === null ? 'done' : 'failed',
  time(slot.attempts === 0 ? null : slot.at),
  slot.missed === 0 ? '' : `${slot.missed} missed before`,
  slot.by === null ? '' : `asked for by ${slot.by}`,
  resultOf(slot),
];

const list = async ({ values, out }: Invocation): Promise<number> => {
  const found = await ask<SchedulesNow>(values['config'] as string, 'schedules', null);
  const head = [
    'schedule',
    'when',
    'state',
    'last',
    'next',
    `missed in ${found.missedDays} days`,
    'what came of the last',
  ];
  out(values['json'] === true ? JSON.stringify(found) : table([head, ...found.schedules.map(row)]));
  return exitCodes.ok;
};

const show = async ({ values, words, out }: Invocation): Promise<number> => {
  const slots = await ask<readonly ShownSlot[]>(values['config'] as string, 'scheduleSlots', { name: words[0] });
  const head = ['slot', 'zone', 'state', 'taken', 'missed', 'asked', 'what came of it'];
  out(
    values['json'] === true
      ? JSON.stringify(slots)
      : slots.length === 0
        ? 'no slot yet'
        : table([head, ...slots.map(slotRow)]),
  );
  return exitCodes.ok;
};

const runNow = async ({ values, words, out }: Invocation): Promise<number> => {
  const { asked } = await ask<{ asked: number }>(values['config'] as string, 'runSchedule', { name: words[1] });
  out(
    `${words[1]}: asked for${asked > 1 ? ` in ${asked} zones` : ''}; "caudal schedules ${words[1]}" shows what came of it`,
  );
  return exitCodes.ok;
};

export const run: Command['run'] = async (invocation) => {
  const { words, err } = invocation;
  if (words[0] === undefined) return list(invocation);
  if (words[0] !== 'run') return show(invocation);
  if (words[1] !== undefined) return runNow(invocation);
  err('usage: caudal schedules run <name>');
  return exitCodes.usage;
};
