import { randomUUID } from 'node:crypto';
import { type Artifact, type Report, toCaudalError } from '@caudal/core';
import { acts } from '../evidence/acts.ts';
import type { Services } from '../services.ts';
import type { AttemptKind, AuditEntry, SubmissionRow } from '../store/rows.ts';
import { artifactHash } from './artifact-hash.ts';
import type { Owed } from './expect.ts';
import { alertsOf } from './submission-alerts.ts';

/** What is known before the socket opens: what goes, when, and what stands behind it. */
const opening = async (
  { store }: Services,
  submission: SubmissionRow,
  attempt: {
    readonly id: string;
    readonly kind: AttemptKind;
    readonly at: number;
    readonly hash: string | null;
  },
): Promise<AuditEntry> => ({
  at: attempt.at,
  actor: 'comply',
  act: acts.attemptOpened,
  subject: submission.id,
  hash: attempt.hash,
  detail: {
    attempt: attempt.id,
    kind: attempt.kind,
    work: submission.work,
    slot: submission.slot,
    ...(attempt.kind === 'submit' ? await store.read.evidenceOf(submission.id) : { receipt: submission.receipt }),
  },
});

/** What was chosen for the slot, addressed as the configuration has it now: an informant may have changed since, a value never. */
export const addressed = ({ obligation }: Owed, chosen: Report): Report => ({
  ...chosen,
  work: obligation.work,
  members: Object.fromEntries(
    Object.entries(chosen.members).map(([name, settings]) => [name, obligation.members[name]?.settings ?? settings]),
  ),
});

/** What can not be rendered is not sent: it waits for another configuration, and people are told. */
const refuse = async (
  { store, clock }: Services,
  owed: Owed,
  submission: SubmissionRow,
  reason: string,
): Promise<void> => {
  const now = clock.now();
  const { id, epoch } = submission;
  await store.write.changeSubmissions([
    { id, epoch, state: 'quarantined', nextAt: now, reason, configuration: owed.configuration },
  ]);
  await store.write.changeAlerts({ open: alertsOf(owed, submission, 'quarantined', reason, now), close: [] });
};

/** Renders and puts an attempt on disk. Undefined when it can not be rendered, or somebody else has the submission. */
export const openSend = async (services: Services, owed: Owed, submission: SubmissionRow) => {
  const { store, clock } = services;
  const report = addressed(owed, submission.report as Report);
  let artifact: Artifact;
  try {
    artifact = owed.target.instance.render(report);
  } catch (thrown) {
    await refuse(services, owed, submission, services.redact.text(toCaudalError(thrown, 'rendering').message));
    return undefined;
  }
  const id = randomUUID();
  const sendTime = clock.now();
  const hash = artifactHash(artifact);
  const opened = await store.write.openAttempt({
    id,
    submission: submission.id,
    epoch: submission.epoch,
    kind: 'submit',
    artifact,
    artifactHash: hash,
    startedAt: sendTime,
    audit: [await opening(services, submission, { id, kind: 'submit', at: sendTime, hash })],
  });
  return opened ? { id, artifact, report, sendTime } : undefined;
};

/** Puts a question on disk before it is asked; undefined when somebody else has the submission. */
export const openQuestion = async (
  services: Services,
  submission: SubmissionRow,
  kind: Exclude<AttemptKind, 'submit'>,
): Promise<string | undefined> => {
  const id = randomUUID();
  const startedAt = services.clock.now();
  const opened = await services.store.write.openAttempt({
    id,
    submission: submission.id,
    epoch: submission.epoch,
    kind,
    artifact: null,
    artifactHash: null,
    startedAt,
    audit: [await opening(services, submission, { id, kind, at: startedAt, hash: null })],
  });
  return opened ? id : undefined;
};
