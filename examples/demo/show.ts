import type { Runtime } from '@caudal/runtime';
import type { World } from './world.ts';

const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const paint = (code: number, text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);

/** Wall clock of the regulator, UTC−4. */
const clockText = (instant: number) => new Date(instant - 4 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');

const flagColour: Readonly<Record<number, number>> = { 1: 32, 2: 90, 3: 33, 4: 31, 9: 35 };
const stateColour: Readonly<Record<string, number>> = {
  confirmed: 32,
  accepted: 36,
  due: 90,
  unknown: 33,
  retry: 33,
  received: 36,
  conflict: 31,
  rejected: 31,
};

/** Prints what happens as it happens: readings, flags, submissions, receipts, alerts and mail. One line a thing. */
export const showLive = (runtime: Runtime, world: World, now: () => number, print: (line: string) => void): void => {
  const line = (kind: string, text: string) => print(`${paint(90, clockText(now()))}  ${kind.padEnd(11)} ${text}`);
  runtime.events.on('values', (rows) => {
    for (const [series, own] of Map.groupBy(rows, (row) => row.series)) {
      const last = own.reduce((latest, row) => (row.at > latest.at ? row : latest));
      const shown = last.value === null ? 'no value' : String(Number(last.value.toPrecision(9)));
      const flags = [...Map.groupBy(own, (row) => row.flag)]
        .map(([flag, same]) => paint(flagColour[flag] ?? 0, `${flag}×${same.length}`))
        .join(' ');
      line('reading', `${series.padEnd(13)} ${shown.padStart(12)}  at ${clockText(last.at)}  flags ${flags}`);
    }
  });
  runtime.events.on('findings', (findings) => {
    for (const { series, code, flag } of findings)
      line('finding', `${series.padEnd(13)} ${paint(flagColour[flag] ?? 0, code)}`);
  });
  runtime.events.on('submission', ({ obligation, slot, state, receipt, reason }) =>
    line(
      'submission',
      `${obligation.padEnd(13)} ${clockText(slot)}  ${paint(stateColour[state] ?? 0, state)}${receipt === null ? '' : `  ${receipt}`}${reason === null ? '' : `  ${reason}`}`,
    ),
  );
  runtime.events.on('alert', ({ event, subject, open }) => line('alert', `${event} ${subject}${open ? '' : ' ended'}`));
  runtime.events.on('notice', ({ event, person, channel, state }) => {
    const mail = world.smtp.mails.at(-1);
    line('mail', `${state} to ${person} by ${channel}: ${mail?.subject ?? event}`);
  });
};
