import { CaudalError, type ReportSubmission, type ReportValue, type ServeCall, type Window } from '@caudal/core';
import type { Services } from '../services.ts';
import type { SubmissionRow } from '../store/rows.ts';

const pageRows = 500;
/** More slots than these are asked for in parts: more than a year of hours. */
const slotsAtMost = 10_000;
const missing: ReportValue = { value: null, at: null, flag: 9 };

type Books = Pick<ServeCall, 'works' | 'history'>;
type Work = ServeCall['works'][number];

/** What was chosen for the slot, or of every member that nothing is known. */
const shown = ({ id, slot, report }: SubmissionRow, { members }: Work): ReportSubmission =>
  report?.submissions.find((one) => one.id === id) ?? {
    id,
    slot,
    values: Object.fromEntries(Object.keys(members).map((name) => [name, missing])),
  };

/** What a target may read of our books: its works, and every slot owed for them with the values that were chosen. */
export const booksOf = ({ domain, store }: Services, target: string): Books => {
  const works = new Map<string, { code: string; settings: unknown; members: Record<string, unknown> }>();
  for (const { target: of, work, members } of domain.obligations.values()) {
    if (of !== target) continue;
    const known = works.get(work.code) ?? { code: work.code, settings: work.settings, members: {} };
    for (const [name, { settings }] of Object.entries(members)) known.members[name] = settings ?? {};
    works.set(work.code, known);
  }
  return {
    works: [...works.values()],
    async history(code: string, { from, to }: Window) {
      const work = works.get(code);
      if (work === undefined) return [];
      const slots: ReportSubmission[] = [];
      let after: { slot: number; id: string } | undefined;
      for (;;) {
        const page = await store.read.submissionsOfWork({ target, work: code, from, to, after, limit: pageRows });
        slots.push(...page.map((row) => shown(row, work)));
        if (page.length < pageRows) return slots;
        if (slots.length >= slotsAtMost)
          throw new CaudalError('invalid-data', `more than ${slotsAtMost} slots of ${code}: ask for a shorter span`, {
            scope: 'item',
            sent: 'no',
          });
        const last = page.at(-1) as SubmissionRow;
        after = { slot: last.slot, id: last.id };
      }
    },
  };
};
