import type { ChainRow, SubmissionRow } from '../store/rows.ts';
import type { StoreReads } from '../store/store.ts';
import type { AuditEntry } from './chain.ts';

const pageRows = 500;

/** Every slot of a work in [from, to), oldest first, whoever it is reported to. */
export const submissionsOf = async function* (
  read: Pick<StoreReads, 'submissionsOfWork'>,
  { targets, work, from, to }: { targets: readonly string[]; work: string; from: number; to: number },
): AsyncGenerator<SubmissionRow> {
  for (const target of targets) {
    let after: { slot: number; id: string } | undefined;
    for (;;) {
      const page = await read.submissionsOfWork({ target, work, from, to, after, limit: pageRows });
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageRows) break;
      after = { slot: last.slot, id: last.id };
    }
  }
};

export const entryOf = ({ entry }: Pick<ChainRow, 'entry'>): AuditEntry => JSON.parse(entry) as AuditEntry;
