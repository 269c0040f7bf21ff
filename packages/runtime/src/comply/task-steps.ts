import type { Json } from '@caudal/core';
import { contentHash } from '../config/domain.ts';
import { acts } from '../evidence/acts.ts';
import { canonicalJson } from '../evidence/canonical.ts';
import { sha256 } from '../evidence/chain.ts';
import type { AuditEntry, SubmissionRow } from '../store/rows.ts';
import type { NewTaskStep, TaskCause, TaskRow, TaskStep } from '../store/tasks.ts';

/** What is said of a correction. */
export interface Wanted {
  readonly held: string | null;
  readonly value: string | null;
  readonly cause: TaskCause;
  readonly detail: Json | null;
}

export interface AuditedStep {
  readonly step: NewTaskStep;
  readonly entry: AuditEntry;
}

/** SHA-256 of a step as it is kept and exported. */
const stepHash = (step: TaskStep): string => sha256(canonicalJson(step));

const audited = (step: TaskStep, of: NewTaskStep['of']): AuditedStep => ({
  step: { ...step, of },
  entry: {
    at: step.at,
    actor: step.actor,
    act: acts.correctionTask,
    subject: of.submission,
    hash: stepHash(step),
    detail: { task: step.task, step: step.step, what: step.act, member: of.member, cause: step.cause },
  },
});

/** One task for a submission and member, ever. */
export const taskId = (submission: string, member: string): string => contentHash({ submission, member });

/** The step that a difference asks for: the first opens the task, a later one changes it or opens it again. */
export const stepOf = (
  submission: Pick<SubmissionRow, 'id' | 'obligation' | 'target' | 'work' | 'slot'>,
  member: string,
  before: TaskRow | undefined,
  wanted: Wanted,
  at: number,
): AuditedStep => {
  const { id, obligation, target, work, slot } = submission;
  return audited(
    {
      ...wanted,
      task: taskId(id, member),
      step: (before?.steps ?? 0) + 1,
      at,
      act: before === undefined ? 'opened' : before.state === 'open' ? 'changed' : 'reopened',
      actor: 'comply',
      reason: null,
      reference: null,
    },
    { submission: id, obligation, target, work, slot, member },
  );
};

/** The step that ends a task. */
export const endingOf = (
  task: TaskRow,
  end: Pick<TaskStep, 'act' | 'actor' | 'at' | 'reason' | 'reference'>,
): AuditedStep => {
  const { held, value, cause, detail, submission, obligation, target, work, slot, member } = task;
  return audited(
    { task: task.id, step: task.steps + 1, held, value, cause, detail, ...end },
    { submission, obligation, target, work, slot, member },
  );
};
