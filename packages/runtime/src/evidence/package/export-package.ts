import type { SubmissionRow } from '../../store/rows.ts';
import type { StoreReads } from '../../store/store.ts';
import { acts, keySubject } from '../acts.ts';
import type { SignedHead } from '../heads.ts';
import { submissionsOf } from '../read-work.ts';
import { createFolder } from './folder.ts';
import type { Manifest, PackedSubmission } from './manifest.ts';
import { putChain } from './put-chain.ts';
import { putSources } from './put-sources.ts';
import { putSubmission } from './put-submission.ts';
import { type ExportedTask, tasksOf } from './put-tasks.ts';
import { reportHtml } from './report-html.ts';
import { verifyText } from './verify-text.ts';

export interface ExportQuestion {
  readonly read: StoreReads;
  /** Slots in [from, to), at every target that the work is reported to. */
  readonly work: {
    readonly work: string;
    readonly from: number;
    readonly to: number;
    readonly targets: readonly string[];
  };
  /** Empty, or not there yet. */
  readonly folder: string;
  readonly at: number;
  /** Puts the hash of the manifest into the chain and signs it; answers the newest entry that belongs to the package. */
  readonly seal: (manifest: string) => Promise<{ readonly head: SignedHead | null; readonly last: number }>;
}

/** Writes an evidence package: everything behind a work's submissions, and the part of the chain that proves it. */
export const exportPackage = async ({ read, work, folder: path, at, seal }: ExportQuestion) => {
  const folder = createFolder(path);
  const asOf = (await read.chainEnd())?.seq ?? 0;
  const rows: SubmissionRow[] = [];
  const tasks: ExportedTask[] = [];
  const submissions: PackedSubmission[] = [];
  for await (const row of submissionsOf(read, work)) {
    const own = await tasksOf(read, row.id);
    submissions.push(await putSubmission(folder, read, row, own));
    tasks.push(...own);
    rows.push(row);
  }
  const { raw, basis, series } = await putSources(folder, read, rows);
  const { from, to } = work;
  const rawRecords = Object.keys(raw).length;
  folder.put('INFORME.html', reportHtml({ work: work.work, from, to, at, rows, tasks, rawRecords }));
  folder.put('VERIFY.md', verifyText);
  const manifest: Manifest = {
    format: 'caudal.evidence/v1',
    work: work.work,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    at: new Date(at).toISOString(),
    asOf,
    submissions,
    raw,
    basis,
    files: { ...folder.files },
  };
  folder.put('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  const { head, last } = await seal(folder.files['manifest.json'] as string);
  const subjects = new Set([
    keySubject,
    acts.configuration,
    `work:${work.work}`,
    ...submissions.map(({ id }) => id),
    ...Object.keys(raw).map((id) => `raw:${id}`),
    ...series.map((name) => `series:${name}`),
  ]);
  await putChain(path, read, { subjects, last, head });
  return { submissions: submissions.length, head };
};
