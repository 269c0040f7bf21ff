import { CaudalError } from '@caudal/core';
import { artifactHash } from '../comply/artifact-hash.ts';
import { owedBy } from '../comply/expect.ts';
import { takeSlots } from '../comply/take.ts';
import type { Services } from '../services.ts';
import type { SubmissionRow } from '../store/rows.ts';

/** The exact request of a slot, with its secrets left open. Touches neither the network nor the database. */
export const dryRun = async (services: Services, key: { readonly obligation: string; readonly slot: number }) => {
  const owed = owedBy(services).get(key.obligation);
  if (owed === undefined) throw new CaudalError('config', `there is no obligation ${key.obligation}`, { sent: 'no' });
  const stored = await services.store.read.submissionBy(key);
  const submission: SubmissionRow = stored ?? {
    id: 'dry-run',
    obligation: key.obligation,
    target: owed.target.name,
    work: owed.obligation.work.code,
    slot: key.slot,
    state: 'expected',
    nextAt: key.slot,
    dueAt: key.slot + owed.calendar.dueMs,
    maxLagAt: Infinity,
    report: null,
    sources: [],
    receipt: null,
    reason: null,
    attempts: 0,
    sentAt: null,
    confirmedAt: null,
    configuration: null,
    epoch: 0,
  };
  const [taken] = submission.report === null ? await takeSlots(services, [{ owed, submission }]) : [];
  const change = taken?.change ?? submission;
  const report = change.report ?? null;
  if (report === null)
    return {
      submission: submission.id,
      state: change.state,
      reason: change.reason ?? null,
      issues: [],
      artifact: null,
      hash: null,
    };
  const issues = owed.target.instance.validate(report);
  const artifact = issues.some(({ severity }) => severity !== 'warning') ? null : owed.target.instance.render(report);
  return {
    submission: submission.id,
    state: change.state,
    reason: change.reason ?? null,
    issues,
    artifact,
    hash: artifact === null ? null : artifactHash(artifact),
  };
};

export type DryRun = Awaited<ReturnType<typeof dryRun>>;
