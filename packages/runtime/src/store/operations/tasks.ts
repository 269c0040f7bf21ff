import { type NewTaskStep, taskActs, type TaskRow, type TaskStep } from '../tasks.ts';
import { type Batch, marks, type Sql, type SqlRow } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { fromText, toText } from './json.ts';
import { read, write } from './operation.ts';
import { settleRechecks } from './rechecks.ts';
import { Tally } from './tally.ts';

const open: Batch = {
  columns: {
    id: 'text',
    submission: 'text',
    obligation: 'text',
    target: 'text',
    work: 'text',
    slot: 'integer',
    member: 'text',
    state: 'text',
    held: 'text',
    value: 'text',
    cause: 'text',
    detail: 'text',
    opened_at: 'integer',
    changed_at: 'integer',
    actor: 'text',
    reason: 'text',
    reference: 'text',
    steps: 'integer',
  },
  text: (
    rows,
  ) => `INSERT INTO task (id, submission, obligation, target, work, slot, member, state, held, value, cause, detail, opened_at,
      changed_at, actor, reason, reference, steps)
    SELECT id, submission, obligation, target, work, slot, member, state, held, value, cause, detail, opened_at,
      changed_at, actor, reason, reference, steps FROM ${rows} j WHERE true ON CONFLICT DO NOTHING`,
};
const change: Batch = {
  columns: {
    id: 'text',
    before: 'integer',
    state: 'text',
    held: 'text',
    value: 'text',
    cause: 'text',
    detail: 'text',
    changed_at: 'integer',
    actor: 'text',
    reason: 'text',
    reference: 'text',
  },
  text: (rows) => `UPDATE task SET state = j.state, held = j.held, value = j.value, cause = j.cause, detail = j.detail,
      changed_at = j.changed_at, actor = j.actor, reason = j.reason, reference = j.reference, steps = task.steps + 1
    FROM ${rows} j WHERE task.id = j.id AND task.steps = j.before`,
};
const append: Batch = {
  columns: {
    task: 'text',
    step: 'integer',
    at: 'integer',
    act: 'text',
    actor: 'text',
    held: 'text',
    value: 'text',
    cause: 'text',
    detail: 'text',
    reason: 'text',
    reference: 'text',
  },
  text: (rows) => `INSERT INTO task_step (task, step, at, act, actor, held, value, cause, detail, reason, reference)
    SELECT task, step, at, act, actor, held, value, cause, detail, reason, reference FROM ${rows} j`,
};

/** Takes steps; answers the tasks that took theirs. One that somebody else changed meanwhile takes none. */
export const putTaskSteps = async (sql: Sql, steps: readonly NewTaskStep[], tally: Tally): Promise<Set<string>> => {
  const taken = new Set<string>();
  for (const { of, task, step, at, act, actor, held, value, cause, detail, reason, reference } of steps) {
    const state = taskActs[act];
    const said: SqlRow = [held, value, cause, toText(detail)];
    const [before] = await sql.all<{ state: string }>('SELECT state FROM task WHERE id = ?', [task]);
    const changed =
      step === 1
        ? await sql.each(open, [
            [
              task,
              of.submission,
              of.obligation,
              of.target,
              of.work,
              of.slot,
              of.member,
              state,
              ...said,
              at,
              at,
              actor,
              reason,
              reference,
              1,
            ],
          ])
        : await sql.each(change, [[task, step - 1, state, ...said, at, actor, reason, reference]]);
    if (changed === 0) continue;
    await sql.each(append, [[task, step, at, act, actor, ...said, reason, reference]]);
    if (before === undefined) tally.add(state);
    else tally.move(before.state, state);
    taken.add(task);
  }
  return taken;
};

export const putTasks = write('putTasks', {
  class: 'live',
  rows: ({ steps, settled }) => 3 * steps.length + settled.length,
  async run({ sql }, { steps, settled, audit }) {
    const tally = new Tally('task');
    const taken = await putTaskSteps(
      sql,
      steps.map(({ step }) => step),
      tally,
    );
    await tally.write(sql);
    await settleRechecks(sql, settled);
    await appendAudit({ sql }, [
      ...steps.filter(({ step }) => taken.has(step.task)).map(({ entry }) => entry),
      ...(audit ?? []),
    ]);
    return [...taken];
  },
});

const forgetSteps: Batch = {
  columns: { submission: 'text' },
  text: (rows) =>
    `DELETE FROM task_step WHERE task IN (SELECT t.id FROM ${rows} j JOIN task t ON t.submission = j.submission)`,
};
const forget: Batch = {
  columns: { submission: 'text' },
  text: (rows) => `DELETE FROM task WHERE submission IN (SELECT submission FROM ${rows} j) RETURNING id, state`,
};

/** The tasks of submissions that go by age. Their entries in the audit stay. Answers their ids. */
export const forgetTasks = async (sql: Sql, submissions: readonly SqlRow[]): Promise<readonly string[]> => {
  await sql.each(forgetSteps, submissions);
  const tasks = await sql.eachAll<{ id: string; state: string }>(forget, submissions);
  const gone = new Tally('task');
  for (const { state } of tasks) gone.add(state, -1);
  await gone.write(sql);
  return tasks.map(({ id }) => id);
};

interface StoredTask extends Omit<TaskRow, 'openedAt' | 'changedAt' | 'detail'> {
  readonly opened_at: number;
  readonly changed_at: number;
  readonly detail: string | null;
}

const columns = `id, submission, obligation, target, work, slot, member, state, held, value, cause, detail, opened_at, changed_at, actor,
  reason, reference, steps`;

const decode = ({ opened_at, changed_at, detail, ...rest }: StoredTask): TaskRow => ({
  ...rest,
  openedAt: opened_at,
  changedAt: changed_at,
  detail: fromText(detail),
});

const find = async (sql: Sql, where: string, params: SqlRow) =>
  (await sql.all<StoredTask>(`SELECT ${columns} FROM task WHERE ${where}`, params)).map(decode);

export const task = read('task', async (sql, id) => (await find(sql, 'id = ?', [id]))[0] ?? null);

/** Oldest slot first. */
export const taskList = read('taskList', (sql, { states, obligation, after, limit }) => {
  const conditions: { readonly text: string; readonly params: SqlRow }[] = [];
  if (states !== undefined) conditions.push({ text: `state IN (${marks(states)})`, params: states });
  if (obligation !== undefined) conditions.push({ text: 'obligation = ?', params: [obligation] });
  if (after !== undefined) conditions.push({ text: '(slot, id) > (?, ?)', params: [after.slot, after.id] });
  const where = conditions.length === 0 ? 'true' : conditions.map(({ text }) => text).join(' AND ');
  return find(sql, `${where} ORDER BY slot, id LIMIT ?`, [...conditions.flatMap(({ params }) => params), limit]);
});

export const tasksOf = read('tasksOf', async (sql, submissions) =>
  submissions.length === 0 ? [] : find(sql, `submission IN (${marks(submissions)}) ORDER BY slot, id`, submissions),
);

export const taskSteps = read('taskSteps', async (sql, id) =>
  (
    await sql.all<Omit<TaskStep, 'detail'> & { readonly detail: string | null }>(
      `SELECT task, step, at, act, actor, held, value, cause, detail, reason, reference FROM task_step WHERE task = ? ORDER BY step`,
      [id],
    )
  ).map(({ detail, ...rest }) => ({ ...rest, detail: fromText(detail) })),
);

export const openTasks = read('openTasks', async (sql) =>
  sql.all<{ obligation: string; count: number; oldestSlot: number }>(
    `SELECT obligation, count(*) AS count, min(slot) AS "oldestSlot" FROM task WHERE state = 'open' GROUP BY obligation ORDER BY obligation`,
  ),
);
