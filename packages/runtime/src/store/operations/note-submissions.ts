import type { OutgoingSubmission } from '../outgoing.ts';
import type { SubmissionRow } from '../rows.ts';
import { noteOutgoing, wantedKinds } from './note-outgoing.ts';
import type { WriteContext } from './operation.ts';
import { decodeSubmission, type StoredSubmission, submissionColumns } from './submission-rows.ts';

/** Notes a submission for the outlets, when its state is another than before. */
export const noteSubmission = async (
  context: Pick<WriteContext, 'sql' | 'now'>,
  id: string,
  before: SubmissionRow['state'],
  state: SubmissionRow['state'],
): Promise<void> => {
  if (before === state || !(await wantedKinds(context.sql)).has('submission')) return;
  const [row] = await context.sql.all<StoredSubmission>(`SELECT ${submissionColumns} FROM submission WHERE id = ?`, [
    id,
  ]);
  if (row === undefined) return;
  const { obligation, target, work, slot, receipt, reason, attempts, sentAt, confirmedAt } = decodeSubmission(row);
  const content: OutgoingSubmission = {
    id,
    obligation,
    target,
    work,
    slot,
    before,
    state,
    receipt,
    reason,
    attempts,
    sentAt,
    confirmedAt,
  };
  await noteOutgoing(context, [{ kind: 'submission', content }]);
};
