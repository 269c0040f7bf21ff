import { DatabaseSync } from 'node:sqlite';
import type { Ledger } from '@caudal/simulators';
import { imbalances } from '../../recovery/imbalances.ts';
import { codeOf, hour, noticeMs, shows, watchMs } from './world.ts';
import { type OutagePlan, within } from './plan.ts';

interface Stored {
  readonly id: string;
  readonly obligation: string;
  readonly slot: number;
  readonly state: string;
  readonly due_at: number;
  readonly receipt: string | null;
  readonly reason: string | null;
}

interface Alert {
  readonly subject: string;
  readonly opened_at: number;
  readonly closed_at: number | null;
}

/** When the first accepting or duplicate answer came. */
const arrivals = (database: DatabaseSync) =>
  new Map(
    (
      database
        .prepare(
          "SELECT submission, min(ended_at) AS at FROM attempt WHERE outcome IN ('accepted', 'duplicate') GROUP BY submission",
        )
        .all() as unknown as { submission: string; at: number }[]
    ).map(({ submission, at }) => [submission, at]),
  );

/** Whether somebody was there to tell of a deadline: a look lay wholly inside the notice. */
const couldTell = (plan: OutagePlan, dueAt: number): boolean => {
  for (let at = dueAt - noticeMs + watchMs; at <= dueAt - watchMs; at += 60_000)
    if (!within(plan.process, at) && !within(plan.process, at - watchMs)) return true;
  return false;
};

const regulatorOffset = '-04:00';

/** Loggers of this world measure so often; a slot takes a reading up to so old when no newer one came in time. */
const stepMs = 30 * 60_000;
const toleranceMs = hour;

/** Records that say what no logger showed at their slot or within the tolerance before it, and how many had to take an older reading. */
const otherValues = ({ records }: Ledger, works: number) => {
  const wells = new Map(Array.from({ length: works }, (_, index) => [codeOf(index), `well${index}`]));
  const faults: string[] = [];
  let older = 0;
  for (const { work, date, time, values } of records) {
    const slot = Date.parse(`${date}T${time}${regulatorOffset}`);
    const says = (at: number) =>
      Object.entries({ caudal: 'flow', totalizador: 'total', nivelFreaticoDelPozo: 'level' }).every(
        ([parameter, variable]) => Number(values[parameter]) === Number(shows(wells.get(work) ?? '', variable, at)),
      );
    if (says(slot)) continue;
    if (says(slot - stepMs) || says(slot - toleranceMs)) older += 1;
    else faults.push(`${work} ${date} ${time}: ${JSON.stringify(values)}, which its logger did not show`);
  }
  return { faults, older };
};

/** Everything that is wrong; nothing when the promises held. */
export const judgeOutages = (
  path: string,
  ledger: Ledger,
  plan: OutagePlan,
  { works, hours }: { readonly works: number; readonly hours: number },
) => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database
      .prepare('SELECT id, obligation, slot, state, due_at, receipt, reason FROM submission ORDER BY slot, obligation')
      .all() as unknown as Stored[];
    const alerts = Map.groupBy(
      database
        .prepare("SELECT subject, opened_at, closed_at FROM alert WHERE rule = 'submission.deadline'")
        .all() as unknown as Alert[],
      ({ subject }) => subject,
    );
    const came = arrivals(database);
    const late = rows.filter(({ id, due_at }) => (came.get(id) ?? Infinity) > due_at);
    const untold = late.filter(({ obligation, due_at: dueAt }) => {
      const told = (alerts.get(`obligation:${obligation}`) ?? []).some(
        ({ opened_at: opened, closed_at: closed }) => opened <= dueAt && (closed === null || closed >= dueAt),
      );
      return !told && couldTell(plan, dueAt);
    });
    const name = ({ obligation, slot, state, reason }: Stored) =>
      `${obligation} ${new Date(slot).toISOString()} is ${state}: ${reason ?? ''}`;
    const values = otherValues(ledger, works);
    const faults = [
      ...ledger.violations.map(({ kind, work, date, time, detail }) => `${kind}: ${work} ${date} ${time}: ${detail}`),
      ...rows.filter(({ state, receipt }) => state !== 'confirmed' || receipt === null).map(name),
      ...values.faults,
      ...imbalances(path),
      ...untold.map((row) => `nobody was told before its deadline: ${name(row)}`),
      ...(ledger.records.length === rows.length ? [] : [`${ledger.records.length} records for ${rows.length} slots`]),
    ];
    const expected = works * hours;
    if (rows.filter(({ slot }) => slot < (rows[0]?.slot ?? 0) + hours * hour).length !== expected)
      faults.push(`${rows.length} slots are owed, not ${expected}`);
    const count = (outcome: string) =>
      (database.prepare('SELECT count(*) AS n FROM attempt WHERE outcome = ?').get(outcome) as { n: number }).n;
    return {
      faults,
      met: {
        slots: rows.length,
        late: late.length,
        olderReadings: values.older,
        unknown: count('unknown'),
        rejected: count('rejected'),
        notSent: count('not-sent'),
        duplicates: count('duplicate'),
      },
    };
  } finally {
    database.close();
  }
};
