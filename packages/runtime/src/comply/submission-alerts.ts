import type { NewAlert, SubmissionRow } from '../store/rows.ts';
import type { Owed } from './expect.ts';

/**
 * What is told of a submission, and about what: refusals are one alert an obligation, however many slots they hit, because they
 * have one cause; each conflict is a person's task of its own.
 */
const alertTable: Partial<
  Record<SubmissionRow['state'], { event: string; about: 'obligation' | 'submission'; rule?: string }>
> = {
  rejected: { event: 'submission.rejected', about: 'obligation' },
  quarantined: { event: 'submission.rejected', about: 'obligation' },
  retry: { event: 'submission.rejected', about: 'obligation' },
  'failed-reported': { event: 'submission.rejected', about: 'obligation', rule: 'submission.failed' },
  conflict: { event: 'submission.conflict', about: 'submission' },
};

const subjectOf = (submission: SubmissionRow, about: 'obligation' | 'submission') =>
  about === 'obligation' ? `obligation:${submission.obligation}` : `submission:${submission.id}`;

/** The alert that a submission's new state raises, if any. */
export const alertsOf = (
  owed: Owed,
  submission: SubmissionRow,
  state: SubmissionRow['state'],
  reason: string,
  now: number,
): NewAlert[] => {
  const row = alertTable[state];
  if (row === undefined) return [];
  const series = Object.values(owed.obligation.members)[0]?.series ?? '';
  const told = state === 'failed-reported' ? { report: `caudal failures --obligation ${owed.obligation.id}` } : {};
  return [
    {
      event: row.event,
      rule: row.rule ?? row.event,
      subject: subjectOf(submission, row.about),
      point: series.slice(0, series.indexOf('/')),
      severity: state === 'retry' ? 'warning' : 'critical',
      openedAt: now,
      facts: { work: submission.work, slot: new Date(submission.slot).toISOString(), state, reason, ...told },
    },
  ];
};

/** A slot that arrived ends the obligation's alert of refusals. A failure stays: it is owed to the regulator as a report. */
export const endedBy = (submission: SubmissionRow, at: number) => [
  { rule: 'submission.rejected', subject: subjectOf(submission, 'obligation'), at },
  { rule: 'submission.conflict', subject: subjectOf(submission, 'submission'), at },
];
