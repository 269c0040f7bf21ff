import type { Named } from '../../access/author-names.ts';
import type { AlertRow, SilenceRow } from '../../store/rows.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';

const time = (instant: number) => new Date(instant).toISOString();

const facts = (alert: AlertRow) =>
  Object.entries(alert.facts)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const alertLine = (alert: AlertRow): string =>
  `${alert.id}  ${alert.severity}  ${alert.rule}  ${alert.subject}  since ${time(alert.openedAt)}${
    alert.closedAt === null ? '' : ` until ${time(alert.closedAt)}`
  }${alert.acked === null ? '' : `, acknowledged by ${alert.acked.by}`}  ${facts(alert)}`.trimEnd();

const silenceLine = ({ id, alert, rule, subject, point, until, by, reason }: Named<SilenceRow>): string => {
  const about = Object.entries({ alert, rule, subject, point }).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${value}`],
  );
  return `${id}  ${about.join(', ')}  until ${time(until)}  by ${by}: ${reason}`;
};

const show = ({ values, out }: Invocation, rows: readonly unknown[], lines: readonly string[]): number => {
  out(values['json'] === true ? JSON.stringify(rows) : lines.length === 0 ? 'none' : lines.join('\n'));
  return exitCodes.ok;
};

const list = async (of: Invocation): Promise<number> => {
  const rows = await ask<readonly AlertRow[]>(of.values['config'] as string, 'alertList', {
    open: of.values['ended'] !== true,
  });
  return show(of, rows, rows.map(alertLine));
};

const ack = async ({ values, words, out }: Invocation): Promise<number> => {
  const { note } = values;
  const alert = await ask<AlertRow>(values['config'] as string, 'ackAlert', {
    alert: words[1],
    ...(typeof note === 'string' ? { note } : {}),
  });
  out(values['json'] === true ? JSON.stringify(alert) : alertLine(alert));
  return exitCodes.ok;
};

const silences = async (of: Invocation): Promise<number> => {
  const rows = await ask<readonly Named<SilenceRow>[]>(of.values['config'] as string, 'silences', null);
  return show(of, rows, rows.map(silenceLine));
};

const silence = async ({ values, out }: Invocation): Promise<number> => {
  const row = await ask<Named<SilenceRow>>(values['config'] as string, 'silence', {
    ...Object.fromEntries(
      ['alert', 'rule', 'subject', 'point'].flatMap((name) =>
        values[name] === undefined ? [] : [[name, values[name]]],
      ),
    ),
    minutes: Number(requiredOption('minutes', values['minutes'])),
    because: requiredOption('because', values['because']),
  });
  out(values['json'] === true ? JSON.stringify(row) : silenceLine(row));
  return exitCodes.ok;
};

const unsilence = async ({ values, words, out }: Invocation): Promise<number> => {
  const { id } = await ask<{ id: string }>(values['config'] as string, 'unsilence', { id: words[1] });
  out(`${id} is removed`);
  return exitCodes.ok;
};

const acts: Readonly<Record<string, { readonly words: number; readonly run: (of: Invocation) => Promise<number> }>> = {
  list: { words: 1, run: list },
  ack: { words: 2, run: ack },
  silences: { words: 1, run: silences },
  silence: { words: 1, run: silence },
  unsilence: { words: 2, run: unsilence },
};

export const run = async (invocation: Invocation): Promise<number> => {
  const [name = ''] = invocation.words;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined || act.words !== invocation.words.length) {
    invocation.err('caudal alerts: list, ack <alert>, silences, silence or unsilence <silence>.');
    return exitCodes.usage;
  }
  return act.run(invocation);
};
