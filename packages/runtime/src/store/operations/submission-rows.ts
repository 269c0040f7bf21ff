import type { SubmissionRow } from '../rows.ts';
import { fromText } from './json.ts';

export interface StoredSubmission extends Pick<
  SubmissionRow,
  | 'id'
  | 'obligation'
  | 'target'
  | 'work'
  | 'slot'
  | 'state'
  | 'receipt'
  | 'reason'
  | 'attempts'
  | 'configuration'
  | 'epoch'
> {
  readonly next_at: number;
  readonly due_at: number;
  readonly max_lag_at: number;
  readonly report: string | null;
  readonly sources: string | null;
  readonly sent_at: number | null;
  readonly confirmed_at: number | null;
}

export const submissionColumns = `id, obligation, target, work, slot, state, next_at, due_at, max_lag_at, report, sources, receipt,
  reason, attempts, sent_at, confirmed_at, configuration, epoch`;

export const decodeSubmission = (row: StoredSubmission): SubmissionRow => ({
  id: row.id,
  obligation: row.obligation,
  target: row.target,
  work: row.work,
  slot: row.slot,
  state: row.state,
  nextAt: row.next_at,
  dueAt: row.due_at,
  maxLagAt: row.max_lag_at,
  report: fromText(row.report),
  sources: fromText<SubmissionRow['sources']>(row.sources) ?? [],
  receipt: row.receipt,
  reason: row.reason,
  attempts: row.attempts,
  sentAt: row.sent_at,
  confirmedAt: row.confirmed_at,
  configuration: row.configuration,
  epoch: row.epoch,
});
