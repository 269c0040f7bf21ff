import type { Named } from '../../access/author-names.ts';
import type { previewRetention } from '../../operate/hold.ts';
import type { Hold } from '../../schedule/holds.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { instantOption, requiredOption } from '../instant.ts';

const time = (instant: number | null) => (instant === null ? 'on' : new Date(instant).toISOString());
const line = ({ id, about, from, to, because, by }: Named<Hold>) =>
  `${id}  ${about}  from ${time(from)} ${to === null ? 'on' : `to ${time(to)}`}  by ${by}: ${because}`;

const add = async ({ values, out }: Invocation): Promise<number> => {
  const to = instantOption('to', values['to']);
  const hold = await ask<Named<Hold>>(values['config'] as string, 'addHold', {
    ...Object.fromEntries(
      ['point', 'device', 'work'].flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
    ),
    from: instantOption('from', requiredOption('from', values['from'])),
    ...(to === undefined ? {} : { to }),
    because: requiredOption('because', values['because']),
  });
  out(line(hold));
  return exitCodes.ok;
};

const list = async ({ values, out }: Invocation): Promise<number> => {
  const holds = await ask<readonly Named<Hold>[]>(values['config'] as string, 'holds', null);
  out(values['json'] === true ? JSON.stringify(holds) : holds.length === 0 ? 'none' : holds.map(line).join('\n'));
  return exitCodes.ok;
};

const remove = async ({ values, words, out }: Invocation): Promise<number> => {
  const because = requiredOption('because', values['because']);
  const { about } = await ask<{ about: string }>(values['config'] as string, 'removeHold', { id: words[1], because });
  out(`${about} is held no longer by ${words[1] ?? ''}`);
  return exitCodes.ok;
};

const preview = async ({ values, out }: Invocation): Promise<number> => {
  const { before, instances, submissionsBefore, works } = await ask<Awaited<ReturnType<typeof previewRetention>>>(
    values['config'] as string,
    'previewRetention',
    null,
  );
  if (values['json'] === true) out(JSON.stringify({ before, instances, submissionsBefore, works }));
  else
    out(
      [
        `raw records before ${time(before)} that stand behind no submission and are not held:`,
        ...instances.map(({ instance, records, bytes }) => `  ${instance}  ${records} records, ${bytes} bytes`),
        ...(instances.length === 0 ? ['  none'] : []),
        `submissions before ${time(submissionsBefore)}, with all that stands behind them, that are not held:`,
        ...works.map(({ target, work, submissions }) => `  ${target} ${work}  ${submissions} submissions`),
        ...(works.length === 0 ? ['  none'] : []),
      ].join('\n'),
    );
  return exitCodes.ok;
};

const acts: Readonly<Record<string, { readonly words: number; readonly run: (of: Invocation) => Promise<number> }>> = {
  add: { words: 1, run: add },
  list: { words: 1, run: list },
  remove: { words: 2, run: remove },
  preview: { words: 1, run: preview },
};

export const run = async (invocation: Invocation): Promise<number> => {
  const [name = ''] = invocation.words;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined || act.words !== invocation.words.length) {
    invocation.err('caudal hold: add, list, remove <id> or preview.');
    return exitCodes.usage;
  }
  return act.run(invocation);
};
