import { CaudalError } from '@caudal/core';
import type { AttemptKind, AttemptRow, SubmissionState } from '../rows.ts';
import { putAlerts } from './alerts.ts';
import { appendAudit } from './audit.ts';
import { assertWay, changeSubmission } from './change-submissions.ts';
import { fromText, toText } from './json.ts';
import { noteSubmission } from './note-submissions.ts';
import { read, write } from './operation.ts';
import { putTaskSteps } from './tasks.ts';
import { Tally } from './tally.ts';

/** States from which a receipt is read back, or a record asked for. */
const askedFrom: Readonly<Record<Exclude<AttemptKind, 'submit'>, readonly SubmissionState[]>> = {
  confirm: ['accepted', 'received'],
  find: ['accepted', 'received', 'retry', 'unknown'],
};

export const openAttempt = write('openAttempt', {
  class: 'attempt',
  rows: ({ audit }) => 2 + audit.length,
  async run({ sql, now }, input) {
    const [found] = await sql.all<{ state: SubmissionState; target: string; work: string; due_at: number }>(
      'SELECT state, target, work, due_at FROM submission WHERE id = ? AND epoch = ?',
      [input.submission, input.epoch],
    );
    if (found === undefined) return false;
    const submits = input.kind === 'submit';
    if (input.kind === 'submit') assertWay(input.submission, found.state, 'sending');
    else if (!askedFrom[input.kind].includes(found.state))
      throw new CaudalError('bug', `submission ${input.submission} is ${found.state}: nothing to ${input.kind}`, {
        scope: 'item',
        sent: 'no',
      });
    // Asking is no new state: a run that dies over it leaves the submission where it stood.
    await sql.run(
      submits
        ? `UPDATE submission SET state = 'sending', open = 1, attempts = attempts + 1, epoch = epoch + 1 WHERE id = ?`
        : 'UPDATE submission SET epoch = epoch + 1 WHERE id = ?',
      [input.submission],
    );
    await sql.run(
      `INSERT INTO attempt (id, submission, kind, artifact, artifact_hash, started_at, outcome) VALUES (?, ?, ?, ?, ?, ?, 'open')`,
      [input.id, input.submission, input.kind, toText(input.artifact), input.artifactHash, input.startedAt],
    );
    if (submits) {
      await sql.run(
        `INSERT INTO last_send (target, work, at, late_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (target, work) DO UPDATE SET at = max(last_send.at, excluded.at),
           late_at = max(coalesce(last_send.late_at, excluded.late_at), coalesce(excluded.late_at, last_send.late_at))`,
        [found.target, found.work, input.startedAt, input.startedAt > found.due_at ? input.startedAt : null],
      );
      const tally = new Tally('submission');
      tally.move(found.state, 'sending');
      await tally.write(sql);
      await noteSubmission({ sql, now }, input.submission, found.state, 'sending');
    }
    await appendAudit({ sql }, input.audit);
    return true;
  },
});

export const closeAttempt = write('closeAttempt', {
  class: 'attempt',
  rows: ({ alerts, ended, audit }) => 2 + alerts.length + ended.length + audit.length,
  async run({ sql, now }, { attempt, change, alerts, ended, audit, tasks = [] }) {
    const open = await sql.all(`SELECT id FROM attempt WHERE id = ? AND outcome = 'open'`, [attempt.id]);
    if (open.length === 0) return false;
    const tally = new Tally('submission');
    if (!(await changeSubmission({ sql, now }, change, tally))) return false;
    await sql.run('UPDATE attempt SET ended_at = ?, outcome = ?, reason = ?, answer = ? WHERE id = ?', [
      attempt.endedAt,
      attempt.outcome,
      attempt.reason ?? null,
      toText(attempt.answer),
      attempt.id,
    ]);
    await tally.write(sql);
    await putAlerts({ sql, now }, alerts, ended);
    const opened = new Tally('task');
    const taken = await putTaskSteps(
      sql,
      tasks.map(({ step }) => step),
      opened,
    );
    await opened.write(sql);
    await appendAudit({ sql }, [
      ...audit,
      ...tasks.filter(({ step }) => taken.has(step.task)).map(({ entry }) => entry),
    ]);
    return true;
  },
});

interface StoredAttempt extends Pick<AttemptRow, 'id' | 'submission' | 'kind' | 'outcome' | 'reason'> {
  readonly artifact: string | null;
  readonly artifact_hash: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly answer: string | null;
}

const columns = 'id, submission, kind, artifact, artifact_hash, started_at, ended_at, outcome, reason, answer';

const decode = (row: StoredAttempt): AttemptRow => ({
  id: row.id,
  submission: row.submission,
  kind: row.kind,
  artifact: fromText(row.artifact),
  artifactHash: row.artifact_hash,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  outcome: row.outcome,
  reason: row.reason,
  answer: fromText(row.answer),
});

/**
 * Of two that began in one instant the one that ended is the earlier: only one is open at a time. Where that is one instant too, a
 * look-up goes before the sending, and reading back after it.
 */
const order = `coalesce(ended_at, ${Number.MAX_SAFE_INTEGER}), CASE kind WHEN 'find' THEN 0 WHEN 'submit' THEN 1 ELSE 2 END, id`;

/** Oldest first. */
export const attempts = read('attempts', async (sql, submission) =>
  (
    await sql.all<StoredAttempt>(`SELECT ${columns} FROM attempt WHERE submission = ? ORDER BY started_at, ${order}`, [
      submission,
    ])
  ).map(decode),
);

export const openAttempts = read('openAttempts', async (sql) =>
  (
    await sql.all<StoredAttempt>(`SELECT ${columns} FROM attempt WHERE outcome = 'open' ORDER BY started_at, ${order}`)
  ).map(decode),
);

export const lastSends = read('lastSends', (sql, target, since = Number.MIN_SAFE_INTEGER) =>
  Promise.resolve(
    sql.all<{ work: string; at: number; lateAt: number | null }>(
      'SELECT work, at, late_at AS "lateAt" FROM last_send WHERE target = ? AND (at > ? OR late_at > ?)',
      [target, since, since],
    ),
  ),
);
