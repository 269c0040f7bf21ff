import type { SubmissionState } from '../rows.ts';
import { type Batch, marks, type Sql, type SqlRow } from '../sql.ts';
import { read } from './operation.ts';
import type { Owing, SlotStates } from '../store.ts';
import { isOpen, unsent } from '../submission-states.ts';
import { decodeSubmission, type StoredSubmission, submissionColumns } from './submission-rows.ts';

const find = async (sql: Sql, where: string, params: SqlRow) =>
  (await sql.all<StoredSubmission>(`SELECT ${submissionColumns} FROM submission WHERE ${where}`, params)).map(
    decodeSubmission,
  );

interface Candidate {
  readonly id: string;
  readonly slot: number;
}

/** From the covering indexes, state by state, so that a long backlog is never sorted: `+` keeps the planner at the index by slot. */
const candidates = {
  fresh: 'FROM submission WHERE open = 1 AND state = ? AND due_at >= ? AND next_at <= ?',
  late: 'FROM submission WHERE open = 1 AND state = ? AND +due_at < ? AND +next_at <= ?',
} as const;

/** An engine takes so many parameters: what is left out beyond them is left out of pages. */
const worksAtMost = 30_000;
const pageRows = 5_000;

interface DueInput {
  readonly states: readonly SubmissionState[];
  readonly at: number;
  readonly target?: string;
  readonly exceptWorks?: readonly string[];
}

const dueOf = async (
  sql: Sql,
  kind: keyof typeof candidates,
  state: SubmissionState,
  { at, target, exceptWorks = [] }: DueInput,
  limit: number,
): Promise<readonly Candidate[]> => {
  const works = exceptWorks.slice(0, worksAtMost);
  const from = `${candidates[kind]} ${target === undefined ? '' : 'AND target = ?'}
    ${works.length === 0 ? '' : `AND work NOT IN (${marks(works)})`}`;
  const order = kind === 'fresh' ? 'DESC' : 'ASC';
  const params = [state, at, at, ...(target === undefined ? [] : [target]), ...works];
  if (exceptWorks.length <= worksAtMost)
    return sql.all<Candidate>(`SELECT id, slot ${from} ORDER BY slot ${order} LIMIT ?`, [...params, limit]);
  const others = new Set(exceptWorks.slice(worksAtMost));
  const found: Candidate[] = [];
  for (let passed = 0; found.length < limit; passed += pageRows) {
    const page = await sql.all<Candidate & { readonly work: string }>(
      `SELECT id, slot, work ${from} ORDER BY slot ${order}, id LIMIT ? OFFSET ?`,
      [...params, pageRows, passed],
    );
    found.push(...page.filter(({ work }) => !others.has(work)));
    if (page.length < pageRows) break;
  }
  return found.slice(0, limit);
};

const due = async (
  sql: Sql,
  kind: keyof typeof candidates,
  input: DueInput,
  limit: number,
): Promise<readonly Candidate[]> => {
  const sign = kind === 'fresh' ? -1 : 1;
  const found: Candidate[] = [];
  for (const state of new Set(input.states.filter(isOpen)))
    found.push(...(await dueOf(sql, kind, state, input, limit)));
  return found.toSorted((a, b) => sign * (a.slot - b.slot) || (a.id < b.id ? -1 : 1)).slice(0, limit);
};

export const dueSubmissions = read('dueSubmissions', async (sql, input) => {
  const fresh = input.only === 'late' ? [] : await due(sql, 'fresh', input, input.limit);
  const late =
    input.only !== 'fresh' && fresh.length < input.limit
      ? await due(sql, 'late', input, input.limit - fresh.length)
      : [];
  const ids = [...fresh, ...late].map(({ id }) => id);
  const rows = new Map((await find(sql, `id IN (${marks(ids)})`, ids)).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
});

export const submission = read('submission', async (sql, id) => (await find(sql, 'id = ?', [id]))[0] ?? null);

export const submissionBy = read('submissionBy', async (sql, key) => {
  const [row] =
    'receipt' in key
      ? await find(sql, 'receipt = ?', [key.receipt])
      : await find(sql, 'obligation = ? AND slot = ?', [key.obligation, key.slot]);
  return row ?? null;
});

/** Newest slot first; `from` and `to` are slots, half open. */
export const submissionList = read('submissionList', (sql, { obligation, states, from, to, limit }) => {
  const conditions: { readonly text: string; readonly params: SqlRow }[] = [];
  if (obligation !== undefined) conditions.push({ text: 'obligation = ?', params: [obligation] });
  if (states !== undefined) conditions.push({ text: `state IN (${marks(states)})`, params: states });
  if (from !== undefined) conditions.push({ text: 'slot >= ?', params: [from] });
  if (to !== undefined) conditions.push({ text: 'slot < ?', params: [to] });
  const where = conditions.length === 0 ? 'true' : conditions.map(({ text }) => text).join(' AND ');
  return find(sql, `${where} ORDER BY slot DESC, id LIMIT ?`, [...conditions.flatMap(({ params }) => params), limit]);
});

export const submissionsOf = read('submissionsOf', (sql, series, at) =>
  find(
    sql,
    `id IN (SELECT s.submission FROM submission_source s JOIN series n ON n.id = s.series WHERE n.name = ? AND s.at = ?)
     ORDER BY slot, id`,
    [series, at],
  ),
);

const newest: Batch = {
  columns: { obligation: 'text' },
  text: (rows) =>
    `SELECT j.obligation, (SELECT max(s.slot) FROM submission s WHERE s.obligation = j.obligation) AS slot FROM ${rows} j`,
};

export const newestSlots = read('newestSlots', async (sql, obligations) => {
  const rows = await sql.eachAll<{ obligation: string; slot: number | null }>(
    newest,
    obligations.map((obligation) => [obligation]),
  );
  const found = new Map(rows.map(({ obligation, slot }) => [obligation, slot]));
  return obligations.map((obligation) => found.get(obligation) ?? null);
});

export const submissionsOfWork = read('submissionsOfWork', (sql, { target, work, from, to, after, limit }) =>
  find(
    sql,
    `target = ? AND work = ? AND slot >= ? AND slot < ? ${after === undefined ? '' : 'AND (slot, id) > (?, ?)'}
     ORDER BY slot, id LIMIT ?`,
    [
      target,
      work,
      Math.max(from, after?.slot ?? from),
      to,
      ...(after === undefined ? [] : [after.slot, after.id]),
      limit,
    ],
  ),
);

export const quarantined = read('quarantined', (sql, after, limit) =>
  find(sql, `state = 'quarantined' AND id > ? ORDER BY id LIMIT ?`, [after, limit]),
);

/** From one covering index, so that a long backlog costs no row reads. */
export const owing = read('owing', async (sql, at) =>
  sql.all<Owing>(
    `SELECT obligation, state, count(*) AS count, min(slot) AS "oldestSlot", min(due_at) AS "nearestDueAt",
       min(CASE WHEN due_at >= ? THEN due_at END) AS "nextDueAt", min(max_lag_at) AS "nearestMaxLagAt"
     FROM submission WHERE open = 1 AND state IN (${marks(unsent)}) GROUP BY obligation, state`,
    [at, ...unsent],
  ),
);

export const slotStates = read('slotStates', async (sql, from, to) =>
  sql.all<SlotStates>(
    `SELECT obligation, state, count(*) AS count, min(reason) AS reason FROM submission WHERE slot >= ? AND slot < ?
     GROUP BY obligation, state`,
    [from, to],
  ),
);
