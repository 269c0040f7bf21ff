import type { Answer } from '@caudal/core';
import { acts } from '../evidence/acts.ts';
import type { Services } from '../services.ts';
import type { AttemptKind, SubmissionRow } from '../store/rows.ts';
import { artifactHash } from './artifact-hash.ts';
import { skewOf, watchClock } from './clock-skew.ts';
import type { Owed } from './expect.ts';
import { onceWritten } from './once-written.ts';
import type { Settlement } from './settle.ts';
import { alertsOf, endedBy } from './submission-alerts.ts';
import { stepOf } from './task-steps.ts';

const answerChars = 65_536;

/** States that go into the log as what was hoped for. */
const quiet: ReadonlySet<SubmissionRow['state']> = new Set(['confirmed', 'accepted', 'shadowed']);

/** What ends an obligation's troubles. */
const arrived: ReadonlySet<SubmissionRow['state']> = new Set(['confirmed', 'accepted-unverified']);

/** Puts on disk what came of an attempt, with the state, alerts and tasks that follow, and tells everybody. */
export const closeAttempt = async (
  services: Services,
  owed: Owed,
  submission: SubmissionRow,
  attempt: { readonly id: string; readonly kind: AttemptKind; readonly startedAt: number },
  { outcome, change, differences = [] }: Settlement,
  answer: Answer | undefined,
  { sentAt, signal }: { readonly sentAt?: number | undefined; readonly signal: AbortSignal },
) => {
  const now = services.clock.now();
  const { redact } = services;
  const reason = change.reason ?? undefined;
  const kept =
    answer === undefined
      ? undefined
      : {
          ...answer,
          headers: redact.deep(answer.headers) as Answer['headers'],
          body: redact.text(answer.body).slice(0, answerChars),
        };
  const closed = await onceWritten(services, signal, (write) =>
    write.closeAttempt({
      attempt: {
        id: attempt.id,
        endedAt: now,
        outcome,
        ...(reason === undefined ? {} : { reason }),
        ...(kept === undefined ? {} : { answer: kept }),
      },
      change: {
        ...change,
        id: submission.id,
        epoch: submission.epoch + 1,
        ...(sentAt === undefined ? {} : { sentAt }),
      },
      alerts: alertsOf(owed, submission, change.state, reason ?? '', now),
      ended: arrived.has(change.state) ? endedBy(submission, now) : [],
      tasks: differences
        .filter(({ parameter }) => Object.hasOwn(owed.obligation.members, parameter))
        .map(({ parameter, ours, theirs }) =>
          stepOf(
            submission,
            parameter,
            undefined,
            { held: theirs, value: ours, cause: 'conflict', detail: { attempt: attempt.id } },
            now,
          ),
        ),
      audit: [
        {
          at: now,
          actor: 'comply',
          act: acts.attemptClosed,
          subject: submission.id,
          hash: kept === undefined ? null : artifactHash(kept),
          detail: {
            attempt: attempt.id,
            kind: attempt.kind,
            outcome,
            state: change.state,
            receipt: change.receipt ?? submission.receipt,
            clockOffsetMs: skewOf(answer, now),
          },
        },
      ],
    }),
  );
  if (answer !== undefined) await watchClock(services, owed.target.name, answer, now);
  services.metrics.add('caudal_attempts_total', { target: owed.target.name, outcome });
  services.traces?.attempted(submission, attempt, {
    target: owed.target.name,
    outcome,
    state: change.state,
    receipt: change.receipt ?? submission.receipt,
  });
  const facts = {
    submission: submission.id,
    work: submission.work,
    slot: new Date(submission.slot).toISOString(),
    outcome,
    state: change.state,
    reason,
  };
  const log = services.log.stream('compliance', { target: owed.target.name });
  if (!closed) log.error(facts, 'the submission changed while it was sent; the attempt is kept, the change refused');
  else if (quiet.has(change.state)) log.info(facts, `submission ${change.state}`);
  else log.warn(facts, `submission ${change.state}`);
  services.events.emit('submission', {
    id: submission.id,
    obligation: submission.obligation,
    slot: submission.slot,
    state: change.state,
    receipt: change.receipt ?? submission.receipt,
    reason: reason ?? null,
  });
  services.wake('comply');
  services.wake('notify');
};
