import { CaudalError } from '@caudal/core';
import { type Named, named } from '../access/author-names.ts';
import { endingOf } from '../comply/task-steps.ts';
import type { Services } from '../services.ts';
import { type TaskRow, type TaskState, taskStates, type TaskStep } from '../store/tasks.ts';

const atMost = 1_000;

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no', scope: 'item' });
};

/** How the regulator's own words say that a correction is asked for; null where no way is known. */
const howOf = ({ plugins }: Services, { target }: TaskRow): string | null =>
  plugins.targets.get(target)?.profile.correction ?? null;

/** A task with the way to correct, and who said the last of it by name. */
export type ShownTask = Named<TaskRow & { readonly how: string | null }>;

/** Tasks by slot, the open ones unless others are asked for. */
export const taskList = async (
  services: Services,
  {
    obligation,
    states = ['open'],
    limit = 200,
  }: { readonly obligation?: string; readonly states?: readonly TaskState[]; readonly limit?: number },
): Promise<readonly ShownTask[]> => {
  for (const state of states)
    if (!taskStates.includes(state)) refuse(`a task is ${taskStates.join(', ')}; not ${state}`);
  const rows = await services.store.read.taskList({
    states,
    limit: Math.min(limit, atMost),
    ...(obligation === undefined ? {} : { obligation }),
  });
  return named(
    services.store,
    rows.map((row) => ({ ...row, how: howOf(services, row) })),
    ({ actor }) => actor,
  );
};

/** One with everything that happened to it. */
export const taskShow = async (
  services: Services,
  id: string,
): Promise<ShownTask & { readonly history: readonly Named<TaskStep>[] }> => {
  const { store } = services;
  const row = (await store.read.task(id)) ?? refuse(`there is no task ${id}`);
  const history = await named(store, await store.read.taskSteps(id), ({ actor }) => actor);
  const [shown = refuse(`there is no task ${id}`)] = await named(
    store,
    [{ ...row, how: howOf(services, row), history }],
    ({ actor }) => actor,
  );
  return shown;
};

/** What a person did about a task. */
export interface TaskEnd {
  readonly id: string;
  /** `done`: the regulator holds the new value. `dismissed`: it keeps the old one. */
  readonly as: 'done' | 'dismissed';
  readonly because: string;
  /** What the regulator gave for it: a ticket, a letter, a receipt. */
  readonly reference?: string;
}

/** Ends a task. Audited with its reason; it opens again when the value changes again. */
export const endTask = async (
  services: Services,
  { id, as, because, reference }: TaskEnd,
  actor: string,
): Promise<{ state: TaskState }> => {
  const { store, clock } = services;
  if (as !== 'done' && as !== 'dismissed') return refuse('a task ends as done or dismissed');
  if (because.trim() === '' || because.length > 2_000) return refuse('say why, in at most 2000 characters');
  if (reference !== undefined && (reference.trim() === '' || reference.length > 200))
    return refuse('a reference has 1 to 200 characters');
  const task = (await store.read.task(id)) ?? refuse(`there is no task ${id}`);
  if (task.state !== 'open') return refuse(`${id} is ${task.state}`);
  const now = clock.now();
  const step = endingOf(task, { act: as, actor, at: now, reason: because, reference: reference ?? null });
  if ((await store.write.putTasks({ steps: [step], settled: [] })).length === 0)
    throw new CaudalError('transient', `${id} changed meanwhile; look at it again`, { sent: 'no' });
  const left = (await store.read.tasksOf([task.submission])).some(({ state }) => state === 'open');
  if (!left)
    await store.write.changeAlerts({
      open: [],
      close: [{ rule: 'submission.conflict', subject: `submission:${task.submission}`, at: now }],
    });
  services.wake('maintain');
  return { state: as };
};
