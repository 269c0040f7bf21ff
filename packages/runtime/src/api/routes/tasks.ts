import { closedObject, Type } from '@caudal/core';
import type { ShownTask } from '../../operate/tasks.ts';
import { taskCauses, taskStates } from '../../store/tasks.ts';
import { notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { Anything, At, Because, IdText, iso, NullableText, StoredId, By } from '../schemas/parts.ts';

const tag = 'Tasks';

const State = Type.Enum([...taskStates]);

const TaskView = closedObject(
  {
    id: Type.String(),
    submission: Type.String(),
    obligation: Type.String(),
    target: Type.String(),
    work: Type.String(),
    slot: At,
    member: Type.String({ description: 'The regulator’s parameter.' }),
    state: State,
    held: Type.Union([Type.String(), Type.Null()], { description: 'What the regulator holds.' }),
    value: Type.Union([Type.String(), Type.Null()], { description: 'What it should hold.' }),
    cause: Type.Enum([...taskCauses]),
    reason: NullableText,
    reference: NullableText,
    actor: Type.String(),
    by: By,
    openedAt: At,
    changedAt: At,
    how: Type.Union([Type.String(), Type.Null()], { description: 'How the regulator wants to be asked.' }),
  },
  { title: 'Task' },
);

const taskView = (task: ShownTask) => ({
  id: task.id,
  submission: task.submission,
  obligation: task.obligation,
  target: task.target,
  work: task.work,
  slot: iso(task.slot),
  member: task.member,
  state: task.state,
  held: task.held,
  value: task.value,
  cause: task.cause,
  reason: task.reason,
  reference: task.reference,
  actor: task.actor,
  by: task.by,
  openedAt: iso(task.openedAt),
  changedAt: iso(task.changedAt),
  how: task.how,
});

const list = route({
  id: 'listTasks',
  method: 'GET',
  path: '/tasks',
  tag,
  summary: 'Corrections that people have to ask a regulator for, by slot',
  needs: 'system:read',
  query: closedObject({
    obligation: Type.Optional(IdText('Of this obligation.')),
    state: Type.Array(State, { default: ['open'], minItems: 1, maxItems: 3, description: 'One of these.' }),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 200, description: 'At most so many.' }),
  }),
  answer: closedObject({ items: Type.Array(TaskView) }, { title: 'Tasks' }),
  async run({ query: { state, ...rest }, operations }) {
    const { obligation, limit } = rest;
    const rows = await operations.taskList({
      states: state,
      limit,
      ...(obligation === undefined ? {} : { obligation }),
    });
    return { items: rows.map(taskView) };
  },
});

const one = closedObject({ task: StoredId });

const get = route({
  id: 'getTask',
  method: 'GET',
  path: '/tasks/{task}',
  tag,
  summary: 'One task with everything that happened to it',
  needs: 'system:read',
  params: one,
  answer: closedObject({ task: TaskView, history: Type.Array(Anything) }, { title: 'TaskDetail' }),
  async run({ params, operations, services }) {
    if ((await services.store.read.task(params.task)) === null) throw notFound('such task');
    const { history, ...task } = await operations.taskShow(params.task);
    return { task: taskView(task), history };
  },
});

const end = route({
  id: 'endTask',
  method: 'POST',
  path: '/tasks/{task}/end',
  tag,
  summary: 'Say what was done about a task; it opens again when the value changes again',
  needs: 'compliance:write',
  params: one,
  body: closedObject({
    as: Type.Enum(['done', 'dismissed'], {
      description: 'done: the regulator holds the new value. dismissed: it keeps the old one.',
    }),
    because: Because,
    reference: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'What the regulator gave for it.' }),
    ),
  }),
  answer: closedObject({ state: State }, { title: 'TaskEnded' }),
  async run({ params, body: { reference, ...body }, operations, services }) {
    if ((await services.store.read.task(params.task)) === null) throw notFound('such task');
    return operations.endTask({ id: params.task, ...body, ...(reference === undefined ? {} : { reference }) });
  },
});

export const taskRoutes: readonly Route[] = [list, get, end];
