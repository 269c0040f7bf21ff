import { sha256 } from '../../evidence/chain.ts';
import { acts } from '../../evidence/acts.ts';
import type { SubmissionState } from '../rows.ts';
import type { Held } from '../store.ts';
import type { Batch, Sql } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { letRawGo } from './change-submissions.ts';
import { submissionNotHeld } from './held.ts';
import { read, write } from './operation.ts';
import { Tally } from './tally.ts';
import { forgetTasks } from './tasks.ts';

interface Ending {
  readonly id: string;
  readonly target: string;
  readonly work: string;
  readonly slot: number;
  readonly state: SubmissionState;
  readonly receipt: string | null;
}

/** What something is still to be done for never goes by age: it is open itself, or a person has to ask for a correction of it. */
const old = `open = 0 AND slot < ? AND coalesce(sent_at, slot) < ? AND coalesce(confirmed_at, slot) < ?
  AND NOT EXISTS (SELECT 1 FROM task t WHERE t.submission = submission.id AND t.state = 'open')`;

const forgetOf = (table: 'attempt' | 'submission_source' | 'submission', returning = ''): Batch => ({
  columns: { id: 'text' },
  text: (rows) =>
    `DELETE FROM ${table} WHERE ${table === 'submission' ? 'id' : 'submission'} IN (SELECT id FROM ${rows} j)${returning}`,
});
const forgetAttempts = forgetOf('attempt', ' RETURNING id');
const forgetSources = forgetOf('submission_source', ' RETURNING series, at, raw');
const forgetSubmissions = forgetOf('submission');

const behind: Batch = {
  columns: { series: 'integer', at: 'integer' },
  text: (
    rows,
  ) => `SELECT v.series, v.at, v.flag, n.name FROM ${rows} j JOIN value v ON v.series = j.series AND v.at = j.at
    JOIN series n ON n.id = v.series
    WHERE NOT EXISTS (SELECT 1 FROM submission_source s WHERE s.series = v.series AND s.at = v.at)`,
};
const forgetRevisions: Batch = {
  columns: { series: 'integer', at: 'integer' },
  text: (rows) => `DELETE FROM value_revision WHERE (series, at) IN (SELECT series, at FROM ${rows} j)`,
};
const forgetValue: Batch = {
  columns: { series: 'integer', at: 'integer' },
  text: (rows) => `DELETE FROM value WHERE (series, at) IN (SELECT series, at FROM ${rows} j)`,
};

export interface OldValue {
  readonly series: number;
  readonly at: number;
  readonly flag: number;
  readonly name: string;
}

/** Takes values and what they were before. Answers how many revisions went. */
export const removeValues = async (sql: Sql, values: readonly OldValue[]): Promise<number> => {
  const keys = values.map(({ series, at }) => [series, at] as const);
  const revisions = await sql.each(forgetRevisions, keys);
  await sql.each(forgetValue, keys);
  const tally = new Tally('value');
  for (const { flag } of values) tally.add(flag, -1);
  await tally.write(sql);
  return revisions;
};

/** SHA-256 over lines in order, so that who kept the list can show that it is what went. */
export const hashOfLines = (lines: readonly string[]): string =>
  sha256(
    lines
      .toSorted()
      .map((line) => `${line}\n`)
      .join(''),
  );

/**
 * A submission goes whole, in one transaction: report, attempts with artifacts and answers, receipt, correction tasks, the values
 * behind it. Its raw records stand behind nothing then and go by their age. Its entries in the audit stay, and one more says what went.
 */
export const endSubmissions = write('endSubmissions', {
  class: 'retention',
  rows: ({ limit }) => 10 * limit,
  async run({ sql, now }, { before, valuesBefore, limit, held = [] }) {
    const free = submissionNotHeld(held);
    const ending = await sql.all<Ending>(
      `SELECT id, target, work, slot, state, receipt FROM submission
       WHERE ${old} AND ${free.where} ORDER BY slot, id LIMIT ?`,
      [before, before, before, ...free.params, limit],
    );
    if (ending.length === 0) return 0;
    const ids = ending.map(({ id }) => [id] as const);
    const attempts = await sql.eachAll<{ id: string }>(forgetAttempts, ids);
    const sources = await sql.eachAll<{ series: number; at: number; raw: number | null }>(forgetSources, ids);
    const tasks = await forgetTasks(sql, ids);
    await sql.each(forgetSubmissions, ids);
    await letRawGo(sql, sources);
    const values = await valuesBehind(sql, sources, valuesBefore, held);
    await removeValues(sql, values);

    const states = new Tally('submission');
    for (const { state } of ending) states.add(state, -1);
    await states.write(sql);
    const ended = new Tally('ended');
    ended.add('all', ending.length);
    await ended.write(sql);
    await appendAudit(
      { sql },
      [...Map.groupBy(ending, ({ target, work }) => JSON.stringify([target, work])).values()].map((group) => {
        const [first, last] = [group[0] as Ending, group.at(-1) as Ending];
        return {
          at: now,
          actor: 'retention',
          act: acts.submissionsEnded,
          subject: `work:${first.work}`,
          hash: hashOfLines(group.map(({ id, slot, state, receipt }) => JSON.stringify([id, slot, state, receipt]))),
          detail: { target: first.target, count: group.length, from: first.slot, to: last.slot, before },
        };
      }),
    );
    if (attempts.length + values.length + tasks.length > 0)
      await appendAudit({ sql }, [
        {
          at: now,
          actor: 'retention',
          act: 'what stood behind ended submissions deleted',
          subject: 'submission',
          hash: hashOfLines([
            ...attempts.map(({ id }) => JSON.stringify(['attempt', id])),
            ...tasks.map((id) => JSON.stringify(['task', id])),
            ...values.map(({ name, at }) => JSON.stringify(['value', name, at])),
          ]),
          detail: {
            submissions: ending.length,
            attempts: attempts.length,
            values: values.length,
            tasks: tasks.length,
          },
        },
      ]);
    return ending.length;
  },
});

const valuesBehind = async (
  sql: Sql,
  sources: readonly { readonly series: number; readonly at: number }[],
  before: number,
  held: readonly Held[],
): Promise<readonly OldValue[]> => {
  const keys = new Map(
    sources.filter(({ at }) => at < before).map(({ series, at }) => [`${series}:${at}`, [series, at] as const]),
  );
  const found = await sql.eachAll<OldValue>(behind, [...keys.values()]);
  const holds = (name: string, at: number) =>
    held.some(({ from, to, series }) => from <= at && at < (to ?? Infinity) && series.includes(name));
  return found.filter(({ name, at }) => !holds(name, at));
};

export const oldSubmissions = read('oldSubmissions', async (sql, { before, held }) => {
  const free = submissionNotHeld(held);
  return sql.all<{ target: string; work: string; submissions: number }>(
    `SELECT target, work, count(*) AS submissions FROM submission WHERE ${old} AND ${free.where}
     GROUP BY target, work ORDER BY target, work`,
    [before, before, before, ...free.params],
  );
});
