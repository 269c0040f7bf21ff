import type { ShownTask, TaskEnd, taskShow } from '../../operate/tasks.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';
import { requiredOption } from '../instant.ts';

const time = (instant: number) => new Date(instant).toISOString();

const line = ({ id, state, target, work, slot, member, held, value, cause }: ShownTask): string =>
  `${id}  ${state}  ${target} ${work}  ${time(slot)}  ${member}: held ${held ?? 'nothing'}, should be ${value ?? 'nothing'}  (${cause})`;

const list = async ({ values, out }: Invocation): Promise<number> => {
  const { obligation, state } = values;
  const tasks = await ask<readonly ShownTask[]>(values['config'] as string, 'taskList', {
    ...(typeof obligation === 'string' ? { obligation } : {}),
    ...(typeof state === 'string' ? { states: state.split(',') } : {}),
  });
  out(values['json'] === true ? JSON.stringify(tasks) : tasks.length === 0 ? 'none' : tasks.map(line).join('\n'));
  return exitCodes.ok;
};

const show = async ({ values, words, out }: Invocation): Promise<number> => {
  const task = await ask<Awaited<ReturnType<typeof taskShow>>>(values['config'] as string, 'taskShow', words[1]);
  if (values['json'] === true) {
    out(JSON.stringify(task));
    return exitCodes.ok;
  }
  out(
    [
      line(task),
      `submission ${task.submission} of ${task.obligation}`,
      `behind it ${JSON.stringify(task.detail)}`,
      `how ${task.how ?? 'the target knows no way: ask the regulator'}`,
      ...task.history.map(
        ({ at, act, by, held, value, cause, reason, reference }) =>
          `  ${time(at)} ${act} by ${by}: held ${held ?? 'nothing'}, should be ${value ?? 'nothing'} (${cause})${
            reason === null ? '' : `; ${reason}`
          }${reference === null ? '' : `; reference ${reference}`}`,
      ),
    ].join('\n'),
  );
  return exitCodes.ok;
};

const end =
  (as: TaskEnd['as']) =>
  async ({ values, words, out }: Invocation): Promise<number> => {
    const { reference } = values;
    const { state } = await ask<{ state: string }>(values['config'] as string, 'endTask', {
      id: words[1],
      as,
      because: requiredOption('because', values['because']),
      ...(typeof reference === 'string' ? { reference } : {}),
    });
    out(`${words[1] ?? ''} is ${state}`);
    return exitCodes.ok;
  };

const acts: Readonly<Record<string, { readonly words: number; readonly run: (of: Invocation) => Promise<number> }>> = {
  list: { words: 1, run: list },
  show: { words: 2, run: show },
  done: { words: 2, run: end('done') },
  dismiss: { words: 2, run: end('dismissed') },
};

export const run = async (invocation: Invocation): Promise<number> => {
  const [name = ''] = invocation.words;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined || act.words !== invocation.words.length) {
    invocation.err('caudal tasks: list, show <id>, done <id> or dismiss <id>.');
    return exitCodes.usage;
  }
  return act.run(invocation);
};
