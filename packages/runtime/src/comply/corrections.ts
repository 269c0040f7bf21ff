import { compareDecimals, isDecimal, type Json, type Report } from '@caudal/core';
import type { Services } from '../services.ts';
import type { SubmissionRow, ValueRow } from '../store/rows.ts';
import { hasArrived, type SubmissionState } from '../store/submission-states.ts';
import type { Recheck, TaskCause, TaskRow } from '../store/tasks.ts';
import { minutes, type Owed } from './expect.ts';
import { reportedText, shownValues } from './take.ts';
import { type AuditedStep, endingOf, stepOf, taskId } from './task-steps.ts';

const rechecksAtOnce = 50;
const pageRows = 200;

/** Whose values are looked at again: what arrived, and slots that ended, or may end, without a value. */
const looked: readonly SubmissionState[] = [
  'accepted',
  'received',
  'confirmed',
  'accepted-unverified',
  'conflict',
  'failed-reported',
  'missing',
];

/** Whether the regulator would be told the same. Digits that its format does not carry are no difference, and neither is noise of floats. */
const sameOnTheWire = (owed: Owed, report: Report, member: string, a: string | null, b: string | null): boolean => {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (isDecimal(a) && isDecimal(b) && compareDecimals(a, b) === 0) return true;
  const rendered = (value: string) => {
    const submissions = report.submissions.map((one) => {
      const said = one.values[member];
      return said === undefined ? one : { ...one, values: { ...one.values, [member]: { ...said, value } } };
    });
    return owed.target.instance.render({ ...report, submissions }).body;
  };
  try {
    return rendered(a) === rendered(b);
  } catch {
    // What can not be told at all is not the same.
    return false;
  }
};

/** Why the value is another one, from what stands behind the one that was taken and the one that is there. */
const causeOf = async (
  { store }: Services,
  source: SubmissionRow['sources'][number] | undefined,
  row: ValueRow | null,
  told: { readonly state: SubmissionState; readonly corrected: boolean },
): Promise<{ readonly cause: TaskCause; readonly detail: Json }> => {
  const now = row === null ? null : { series: row.series, at: row.at, raw: row.raw, flag: row.flag };
  const was = source === undefined ? null : { at: source.at, raw: source.raw };
  const because = (cause: TaskCause, more: Readonly<Record<string, Json>> = {}) => ({
    cause,
    detail: { was, now, ...more },
  });
  if (told.state === 'failed-reported') return because('after-lag');
  if (row !== null && row.at !== source?.at) return because('late-data');
  if (row !== null && row.raw !== source?.raw) return because('other-reading');
  const before = row === null ? undefined : (await store.read.revisions(row.series, row.at)).at(-1);
  if (before !== undefined && row !== null && before.basis !== row.basis) {
    const [old, fresh] = await Promise.all([store.read.basis(before.basis), store.read.basis(row.basis)]);
    const changed = (['binding', 'meters', 'rules'] as const).filter(
      (part) => JSON.stringify((old as Parts)?.[part]) !== JSON.stringify((fresh as Parts)?.[part]),
    );
    const [first] = changed;
    const basis = { was: before.basis, now: row.basis, changed: [...changed] };
    if (first !== undefined) return because(first === 'meters' ? 'meter' : first, { basis });
  }
  if (told.corrected) return because('correction');
  return because(before === undefined ? 'rules' : 'decoded-anew');
};

type Parts = Readonly<Record<'binding' | 'meters' | 'rules', Json>> | null;

interface Judged {
  readonly steps: readonly AuditedStep[];
  /** Missing ones that have a value by now. */
  readonly wanted: readonly SubmissionRow[];
}

/** Compares what a regulator was told with what it would be told now. */
const judge = async (services: Services, owed: Owed, rows: readonly SubmissionRow[]): Promise<Judged> => {
  const { store, clock } = services;
  const tolerance = minutes(owed.obligation.toleranceMinutes, 60);
  const members = Object.entries(owed.obligation.members);
  const asked = rows.flatMap((row) =>
    members.map(([member, { series }]) => {
      const source = row.sources.find((one) => one.series === series);
      const from = source?.at ?? row.slot - tolerance;
      return { row, member, source, request: { series, from, to: row.slot } };
    }),
  );
  const found = await store.read.valuesAt(asked.map(({ request }) => request));
  const shown = await shownValues(services, owed, found);
  const tasks = new Map(
    (await store.read.tasksOf(rows.filter(({ state }) => state !== 'missing').map(({ id }) => id))).map((task) => [
      task.id,
      task,
    ]),
  );
  const steps: AuditedStep[] = [];
  const wanted = new Set<SubmissionRow>();
  for (const [index, { row, member, source }] of asked.entries()) {
    const value = reportedText(services, owed, member, shown[index] ?? null);
    if (row.state === 'missing') {
      if (value !== null) wanted.add(row);
      continue;
    }
    const said = row.report?.submissions.find(({ id }) => id === row.id)?.values[member];
    // A member that was not reported then is no correction of what was.
    if (said === undefined && row.report !== null) continue;
    const before = tasks.get(taskId(row.id, member));
    const held = heldBy(before, said?.value ?? null);
    const same = (other: string | null) =>
      row.report === null ? other === value : sameOnTheWire(owed, row.report, member, other, value);
    if (same(held)) {
      if (before?.state === 'open')
        steps.push(
          endingOf(before, {
            act: 'dismissed',
            actor: 'comply',
            at: clock.now(),
            reason: 'the value is again what the regulator holds',
            reference: null,
          }),
        );
      continue;
    }
    if (before !== undefined && same(before.value)) continue;
    const corrected = owed.obligation.reportCorrected !== undefined;
    const why = await causeOf(services, source, found[index] ?? null, { state: row.state, corrected });
    steps.push(stepOf(row, member, before, { held, value, ...why }, clock.now()));
  }
  return { steps, wanted: [...wanted] };
};

/** What the regulator holds of a member: what it was told, unless it was read otherwise or corrected since. */
const heldBy = (task: TaskRow | undefined, told: string | null): string | null =>
  task === undefined ? told : task.state === 'done' ? task.value : task.held;

/** A slot whose value is looked for again is owed still; one that failed and was chosen before is a failure, whatever its value is now. */
const concerned = ({ state, report }: SubmissionRow) => state !== 'failed-reported' || report === null;

async function* pagesOf(services: Services, owed: ReadonlyMap<string, Owed>, recheck: Recheck) {
  const { read } = services.store;
  if (recheck.submission !== null) {
    const row = await read.submission(recheck.submission);
    const one = row === null ? undefined : owed.get(row.obligation);
    if (row !== null && one !== undefined && hasArrived(row.state)) yield { one, rows: [row] };
    return;
  }
  for (const one of owed.values()) {
    const { obligation } = one;
    const uses = Object.values(obligation.members).some(({ series }) => series === recheck.series);
    if (!uses || (recheck.about === 'corrections' && obligation.reportCorrected === undefined)) continue;
    const from = recheck.from;
    // Whatever was taken within the tolerance of a value at the end of the span; a longer one from before is found by its source.
    for (let to = recheck.to + minutes(obligation.toleranceMinutes, 60) + 1; ;) {
      const rows = await read.submissionList({
        obligation: obligation.id,
        states: looked,
        ...(Number.isFinite(from) ? { from } : {}),
        ...(Number.isFinite(to) ? { to } : {}),
        limit: pageRows,
      });
      yield { one, rows: rows.filter(concerned) };
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) break;
      to = last.slot;
    }
  }
}

/**
 * What a regulator has and would be told otherwise now becomes a task for a person, once per submission and member: nothing that was
 * received is ever sent again. A slot without a value is looked at again at once when one came. Answers whether more waits.
 */
export const recheckReported = async (services: Services, owed: ReadonlyMap<string, Owed>): Promise<boolean> => {
  const { store, clock } = services;
  const waiting = await store.read.rechecks(rechecksAtOnce);
  for (const recheck of waiting) {
    for await (const { one, rows } of pagesOf(services, owed, recheck)) {
      const { steps, wanted } = await judge(services, one, rows);
      if (steps.length > 0) {
        await store.write.putTasks({ steps, settled: [] });
        tell(services, steps);
      }
      if (wanted.length > 0)
        await store.write.changeSubmissions(
          wanted.map(({ id, epoch, reason }) => ({ id, epoch, state: 'missing', nextAt: clock.now(), reason })),
        );
    }
    await store.write.putTasks({ steps: [], settled: [recheck.serial] });
  }
  return waiting.length === rechecksAtOnce;
};

const tell = (services: Services, steps: readonly AuditedStep[]) => {
  for (const { step } of steps)
    services.log
      .stream('compliance')
      .warn(
        { task: step.task, submission: step.of.submission, member: step.of.member, held: step.held, value: step.value },
        `correction task ${step.act}: ${step.cause}`,
      );
  services.wake('maintain');
};
