import type { DeadLetter } from '../../operate/dead.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { instantOption, requiredOption } from '../instant.ts';

const filterOf = ({ values }: Invocation) => {
  const from = instantOption('from', values['from']);
  const to = instantOption('to', values['to']);
  return {
    ...Object.fromEntries(
      ['instance', 'device'].flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
    ),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
};

const list = async (invocation: Invocation): Promise<number> => {
  const { values, out } = invocation;
  const kind = values['kind'] === undefined ? {} : { kind: values['kind'] };
  const found = await ask<readonly DeadLetter[]>(values['config'] as string, 'deadList', {
    ...filterOf(invocation),
    ...kind,
  });
  const line = ({ kind: of, id, of: whose, state, at, reason }: DeadLetter) =>
    `${of.padEnd(10)} ${id}  ${state}  ${new Date(at).toISOString()}  ${whose}: ${reason ?? ''}`;
  out(values['json'] === true ? JSON.stringify(found) : found.length === 0 ? 'none' : found.map(line).join('\n'));
  return exitCodes.ok;
};

const show = async ({ values, words, out, err }: Invocation): Promise<number> => {
  const found = await ask<object | null>(values['config'] as string, 'deadShow', words[1] ?? '');
  if (found === null) {
    err(`caudal dead: nothing here is called ${words[1] ?? ''}.`);
    return exitCodes.failed;
  }
  out(JSON.stringify(found, null, values['json'] === true ? 0 : 2));
  return exitCodes.ok;
};

const requeue = async (invocation: Invocation): Promise<number> => {
  const { values, words, out } = invocation;
  const { requeued } = await ask<{ requeued: number }>(values['config'] as string, 'deadRequeue', {
    ...(words[1] === undefined ? filterOf(invocation) : { id: words[1] }),
    because: requiredOption('because', values['because']),
  });
  out(`${requeued} requeued`);
  return exitCodes.ok;
};

const skip = async ({ values, words, out }: Invocation): Promise<number> => {
  const id = words[1] ?? '';
  const because = requiredOption('because', values['because']);
  const { state } = await ask<{ state: string }>(values['config'] as string, 'deadSkip', { id, because });
  out(`${id} is ${state}`);
  return exitCodes.ok;
};

const acts: Readonly<
  Record<string, { readonly words: readonly number[]; readonly run: (of: Invocation) => Promise<number> }>
> = {
  list: { words: [1], run: list },
  show: { words: [2], run: show },
  requeue: { words: [1, 2], run: requeue },
  skip: { words: [2], run: skip },
};

export const run = async (invocation: Invocation): Promise<number> => {
  const [name = ''] = invocation.words;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined || !act.words.includes(invocation.words.length)) {
    invocation.err('caudal dead: list, show <id>, requeue [id] or skip <id>.');
    return exitCodes.usage;
  }
  return act.run(invocation);
};
