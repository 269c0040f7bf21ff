import type { SubmissionRow } from '../../store/rows.ts';
import type { StoreReads } from '../../store/store.ts';
import { acts } from '../acts.ts';
import { canonicalJson } from '../canonical.ts';
import { entryOf } from '../read-work.ts';
import type { PackageFolder } from './folder.ts';
import type { PackedSubmission } from './manifest.ts';
import { type ExportedTask, putTasks } from './put-tasks.ts';

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Attempts that the chain holds. */
const chainedAttempts = async (read: StoreReads, submission: string): Promise<ReadonlySet<unknown>> =>
  new Set(
    (await read.chainOf(submission))
      .map(entryOf)
      .filter(({ act }) => act === acts.attemptOpened)
      .map(({ detail }) => (detail as { attempt?: unknown }).attempt),
  );

/** One slot: what was chosen, every attempt with what went and what came, byte for byte as it is hashed. */
export const putSubmission = async (
  folder: PackageFolder,
  read: StoreReads,
  row: SubmissionRow,
  tasks: readonly ExportedTask[],
): Promise<PackedSubmission> => {
  const slot = new Date(row.slot).toISOString().replaceAll(/[-:]|\.000/g, '');
  const place = `submissions/${slot}-${row.id}`;
  const { report, ...head } = row;
  const chained = await chainedAttempts(read, row.id);
  const attempts = await read.attempts(row.id);
  return {
    id: row.id,
    file: folder.put(`${place}/submission.json`, json(head)),
    ...(report === null ? {} : { report: folder.put(`${place}/report.json`, canonicalJson(report)) }),
    receipt: row.receipt,
    ...(tasks.length === 0 ? {} : { tasks: putTasks(folder, `${place}/tasks.json`, tasks) }),
    attempts: attempts.map(({ artifact, answer, ...attempt }, index) => {
      const name = `${place}/${index + 1}-${attempt.kind}`;
      folder.put(`${name}.json`, json(attempt));
      return {
        id: attempt.id,
        kind: attempt.kind,
        chained: chained.has(attempt.id),
        ...(artifact === null ? {} : { artifact: folder.put(`${name}.artifact.json`, JSON.stringify(artifact)) }),
        ...(answer === null ? {} : { answer: folder.put(`${name}.answer.json`, JSON.stringify(answer)) }),
      };
    }),
  };
};
