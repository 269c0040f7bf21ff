import { CaudalError } from '@caudal/core';
import type { SubmissionRow } from '../rows.ts';
import { hasArrived, isOpen, mayBecome, type SubmissionState } from '../submission-states.ts';
import type { SubmissionChange } from '../store.ts';
import type { Batch, Sql } from '../sql.ts';
import { appendAudit } from './audit.ts';
import { seriesIds } from './dictionary.ts';
import { toText } from './json.ts';
import { noteSubmission } from './note-submissions.ts';
import { write, type WriteContext } from './operation.ts';
import { noteArrived, putTaken } from './rechecks.ts';
import { type StoredSubmission, submissionColumns } from './submission-rows.ts';
import { Tally } from './tally.ts';

const expect: Batch = {
  columns: {
    id: 'text',
    obligation: 'text',
    target: 'text',
    work: 'text',
    slot: 'integer',
    state: 'text',
    open: 'integer',
    reason: 'text',
    next_at: 'integer',
    due_at: 'integer',
    max_lag_at: 'integer',
  },
  text: (
    rows,
  ) => `INSERT INTO submission (id, obligation, target, work, slot, state, open, reason, next_at, due_at, max_lag_at)
    SELECT id, obligation, target, work, slot, state, open, reason, next_at, due_at, max_lag_at FROM ${rows} j WHERE true
    ON CONFLICT (obligation, slot) DO NOTHING`,
};

export const expectSubmissions = write('expectSubmissions', {
  class: 'live',
  rows: (rows) => rows.length,
  async run({ sql }, rows) {
    const tally = new Tally('submission');
    let created = 0;
    for (const [state, same] of Map.groupBy(rows, ({ elsewhere }) =>
      elsewhere === undefined ? 'expected' : 'elsewhere',
    )) {
      const count = await sql.each(
        expect,
        same.map((row) => [
          row.id,
          row.obligation,
          row.target,
          row.work,
          row.slot,
          state,
          isOpen(state) ? 1 : 0,
          row.elsewhere ?? null,
          row.nextAt,
          row.dueAt,
          row.maxLagAt,
        ]),
      );
      tally.add(state, count);
      created += count;
    }
    await tally.write(sql);
    const owed = new Tally('owed');
    owed.add('all', created);
    await owed.write(sql);
    return created;
  },
});

const find: Batch = {
  columns: { id: 'text', epoch: 'integer' },
  text: (rows) =>
    `SELECT ${submissionColumns
      .split(',')
      .map((name) => `s.${name.trim()}`)
      .join(', ')} FROM ${rows} j JOIN submission s ON s.id = j.id AND s.epoch = j.epoch`,
};
const update: Batch = {
  columns: {
    id: 'text',
    epoch: 'integer',
    state: 'text',
    open: 'integer',
    next_at: 'integer',
    report: 'text',
    sources: 'text',
    receipt: 'text',
    reason: 'text',
    sent_at: 'integer',
    confirmed_at: 'integer',
    configuration: 'text',
  },
  text: (rows) => `UPDATE submission SET state = j.state, open = j.open, next_at = j.next_at, report = j.report,
      sources = j.sources, receipt = j.receipt, reason = j.reason, sent_at = j.sent_at, confirmed_at = j.confirmed_at,
      configuration = j.configuration, epoch = submission.epoch + 1
    FROM ${rows} j WHERE submission.id = j.id AND submission.epoch = j.epoch`,
};
const forgetSources: Batch = {
  columns: { submission: 'text' },
  text: (rows) => `DELETE FROM submission_source WHERE submission IN (SELECT submission FROM ${rows} j) RETURNING raw`,
};
const nameSource: Batch = {
  columns: { series: 'integer', at: 'integer', submission: 'text', raw: 'text' },
  text: (rows) => `INSERT INTO submission_source (series, at, submission, raw)
    SELECT j.series, j.at, j.submission, (SELECT r.seq FROM raw r WHERE r.id = j.raw) FROM ${rows} j
    WHERE true ON CONFLICT DO NOTHING`,
};
const keepRaw: Batch = {
  columns: { id: 'text' },
  text: (rows) => `UPDATE raw SET kept = 1 FROM ${rows} j WHERE raw.id = j.id AND raw.kept = 0`,
};

const letGo: Batch = {
  columns: { seq: 'integer' },
  text: (rows) => `UPDATE raw SET kept = 0 FROM ${rows} j WHERE raw.seq = j.seq AND raw.kept = 1
    AND NOT EXISTS (SELECT 1 FROM submission_source s WHERE s.raw = j.seq)`,
};

/** Records that sources named: what stands behind no submission any more goes by its own age. */
export const letRawGo = async (sql: Sql, sources: readonly { readonly raw: number | null }[]): Promise<void> => {
  const seqs = new Set(sources.flatMap(({ raw }) => (raw === null ? [] : [raw])));
  await sql.each(
    letGo,
    [...seqs].map((seq) => [seq]),
  );
};

const putSources = async (sql: Sql, submission: string, sources: SubmissionRow['sources']): Promise<void> => {
  const series = await seriesIds(sql, new Set(sources.map((source) => source.series)));
  const before = await sql.eachAll<{ raw: number | null }>(forgetSources, [[submission]]);
  await sql.each(
    nameSource,
    sources.map((source) => [series.get(source.series) as number, source.at, submission, source.raw]),
  );
  await sql.each(
    keepRaw,
    sources.map((source) => [source.raw]),
  );
  await letRawGo(sql, before);
};

const refuseOtherReport = (before: StoredSubmission, report: string | null): void => {
  if (before.attempts === 0 || report === before.report) return;
  throw new CaudalError(
    'invalid-data',
    `submission ${before.id} was sent ${before.attempts} times: what it reports can not change`,
    { scope: 'item', sent: 'no' },
  );
};

/** @throws CaudalError kind `bug`: the program has no such way */
export const assertWay = (id: string, from: SubmissionState, to: SubmissionState): void => {
  if (mayBecome(from, to)) return;
  throw new CaudalError('bug', `submission ${id} is ${from} and can not become ${to}`, { scope: 'item', sent: 'no' });
};

/** Changes one submission when its epoch is the stored one; answers whether it did. */
export const changeSubmission = async (
  context: Pick<WriteContext, 'sql' | 'now'>,
  change: SubmissionChange,
  tally: Tally,
): Promise<boolean> => {
  const { sql } = context;
  const [before] = await sql.eachAll<StoredSubmission>(find, [[change.id, change.epoch]]);
  if (before === undefined) return false;
  assertWay(change.id, before.state, change.state);
  const report = change.report === undefined ? before.report : toText(change.report);
  refuseOtherReport(before, report);
  await sql.each(update, [
    [
      change.id,
      change.epoch,
      change.state,
      isOpen(change.state) ? 1 : 0,
      change.nextAt,
      report,
      change.sources === undefined ? before.sources : toText(change.sources),
      change.receipt ?? before.receipt,
      change.reason === undefined ? before.reason : change.reason,
      change.sentAt ?? before.sent_at,
      change.confirmedAt ?? before.confirmed_at,
      change.configuration === undefined ? before.configuration : change.configuration,
    ],
  ]);
  tally.move(before.state, change.state);
  await noteSubmission(context, change.id, before.state, change.state);
  if (change.watched !== undefined) await putTaken(sql, change.watched, before.slot);
  if (hasArrived(change.state) && !hasArrived(before.state)) await noteArrived(sql, change.id);
  if (change.sources !== undefined) await putSources(sql, change.id, change.sources);
  return true;
};

export const changeSubmissions = write('changeSubmissions', {
  class: 'live',
  rows: (changes) => changes.length,
  async run(context, changes, audit = []) {
    const { sql } = context;
    const tally = new Tally('submission');
    const changed: string[] = [];
    const refused = new Set<string>();
    for (const change of changes)
      if (await changeSubmission(context, change, tally)) changed.push(change.id);
      else refused.add(change.id);
    await tally.write(sql);
    await appendAudit(
      { sql },
      audit.filter((entry) => !refused.has(entry.subject)),
    );
    return changed;
  },
});
