import { closedObject, Type } from '@caudal/core';
import type { ObligationInfo } from '../../config/domain.ts';
import type { AttemptRow, SubmissionRow } from '../../store/rows.ts';
import { designStatusOf, submissionStates } from '../../store/submission-states.ts';
import { Anything, At, iso, isoOrNull, MaybeAt, NullableText } from './parts.ts';

export const StateName = Type.Enum([...submissionStates], { description: 'See docs/api.md.' });
const DesignStatus = Type.Enum(['PENDING', 'SENT', 'CONFIRMED', 'REJECTED', 'ERROR']);

export const SubmissionView = closedObject(
  {
    id: Type.String(),
    obligation: Type.String(),
    target: Type.String(),
    work: Type.String({ description: 'The regulator’s code.' }),
    slot: At,
    state: StateName,
    status: DesignStatus,
    nextAt: MaybeAt,
    dueAt: MaybeAt,
    maxLagAt: MaybeAt,
    receipt: NullableText,
    reason: NullableText,
    attempts: Type.Integer(),
    sentAt: MaybeAt,
    confirmedAt: MaybeAt,
    version: Type.Integer({ description: 'Rises with every change.' }),
  },
  { title: 'Submission' },
);

export const submissionView = (row: SubmissionRow) => ({
  id: row.id,
  obligation: row.obligation,
  target: row.target,
  work: row.work,
  slot: iso(row.slot),
  state: row.state,
  status: designStatusOf(row),
  nextAt: isoOrNull(row.nextAt),
  dueAt: isoOrNull(row.dueAt),
  maxLagAt: isoOrNull(row.maxLagAt),
  receipt: row.receipt,
  reason: row.reason,
  attempts: row.attempts,
  sentAt: isoOrNull(row.sentAt),
  confirmedAt: isoOrNull(row.confirmedAt),
  version: row.epoch,
});

export const SubmissionDetail = closedObject(
  {
    ...SubmissionView.properties,
    report: Type.Union([Anything, Type.Null()], { description: 'What was or will be sent.' }),
    sources: Type.Array(
      closedObject({ series: Type.String(), at: At, raw: Type.String({ description: 'Id of the raw record.' }) }),
    ),
  },
  { title: 'SubmissionDetail' },
);

export const submissionDetail = (row: SubmissionRow) => ({
  ...submissionView(row),
  report: row.report === null ? null : { submissions: row.report.submissions },
  sources: row.sources.map(({ series, at, raw }) => ({ series, at: iso(at), raw })),
});

export const AttemptView = closedObject(
  {
    id: Type.String(),
    kind: Type.Enum(['submit', 'confirm']),
    startedAt: At,
    endedAt: MaybeAt,
    outcome: Type.String(),
    reason: NullableText,
    artifactHash: NullableText,
    artifact: Type.Union([Anything, Type.Null()], { description: 'The request, its secrets left open.' }),
    answer: Type.Union([Anything, Type.Null()]),
  },
  { title: 'Attempt' },
);

export const attemptView = (row: AttemptRow) => ({
  id: row.id,
  kind: row.kind,
  startedAt: iso(row.startedAt),
  endedAt: isoOrNull(row.endedAt),
  outcome: row.outcome,
  reason: row.reason,
  artifactHash: row.artifactHash,
  artifact: row.artifact,
  answer: row.answer,
});

export const EvidenceView = closedObject(
  {
    report: Type.String({ description: 'SHA-256 of the canonical report.' }),
    sources: Type.Array(
      closedObject({
        series: Type.String(),
        at: At,
        raw: Type.String(),
        hash: Type.Union([Type.String(), Type.Null()], { description: 'SHA-256 of the body; null when it is gone.' }),
      }),
    ),
    basis: Type.Record(Type.String(), Type.String(), { description: 'SHA-256 of each basis.' }),
  },
  { title: 'Evidence' },
);

export const ObligationView = closedObject(
  {
    id: Type.String(),
    target: Type.String(),
    work: Type.String({ description: 'The regulator’s code.' }),
    standard: Type.String(),
    from: MaybeAt,
    to: MaybeAt,
    cutover: MaybeAt,
    delivery: NullableText,
    shadow: Type.Boolean(),
    members: Type.Record(Type.String(), Type.String(), { description: 'Series by the regulator’s parameter.' }),
  },
  { title: 'Obligation' },
);

export const obligationView = (obligation: ObligationInfo) => ({
  id: obligation.id,
  target: obligation.target,
  work: obligation.work.code,
  standard: obligation.standard,
  from: isoOrNull(obligation.fromAt),
  to: isoOrNull(obligation.toAt),
  cutover: isoOrNull(obligation.cutoverAt),
  delivery: obligation.delivery ?? null,
  shadow: obligation.shadow ?? false,
  members: Object.fromEntries(Object.entries(obligation.members).map(([name, { series }]) => [name, series])),
});
