import { DatabaseSync } from 'node:sqlite';
import type { Ledger } from '@caudal/simulators';
import { imbalances } from '../../recovery/imbalances.ts';
import type { HandedOut } from '../vendor.ts';
import { codeOf, hour, noticeMs, type openOutageWorld, shows, watchMs } from './world.ts';
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
const minute = 60_000;

/** What the vendor handed out, by well, in the order of time. */
type HandedOutBy = ReadonlyMap<string, readonly HandedOut[]>;

/**
 * Until when a slot has to wait for its reading, as docs/decisions/0013 says: half of what is left to its deadline when it is due (a quarter
 * of an hour after it) or when the process is there again, whichever is later. Every new life of the process waits anew.
 */
const limitOf = (slot: number, lives: readonly number[], plan: OutagePlan): number => {
  const due = slot + 15 * minute;
  const deadline = slot + hour;
  const limit = (from: number) => {
    const left = from < deadline ? (deadline - from) / 2 : Infinity;
    return from + Math.min((deadline - due) / 2, left);
  };
  let until = limit(due);
  // A process that is not there takes nothing: the next one looks first.
  const isThere = (at: number) => !within(plan.process, at);
  for (const life of lives) if (life > due && (life <= until || !isThere(until))) until = Math.max(until, limit(life));
  return until;
};

/**
 * Records that say what no logger showed at their slot or within the tolerance before it, or an older reading although the vendor had handed
 * out the slot's own before the slot could wait no longer; and how many had to take an older one.
 */
const otherValues = (
  { records }: Ledger,
  works: number,
  handedOut: HandedOutBy,
  lives: readonly number[],
  plan: OutagePlan,
) => {
  const wells = new Map(Array.from({ length: works }, (_, index) => [codeOf(index), `well${index}`]));
  const faults: string[] = [];
  let older = 0;
  for (const { work, date, time, values } of records) {
    const slot = Date.parse(`${date}T${time}${regulatorOffset}`);
    const well = wells.get(work) ?? '';
    const says = (at: number) =>
      Object.entries({ caudal: 'flow', totalizador: 'total', nivelFreaticoDelPozo: 'level' }).every(
        ([parameter, variable]) => Number(values[parameter]) === Number(shows(well, variable, at)),
      );
    if (says(slot)) continue;
    const name = `${work} ${date} ${time}: ${JSON.stringify(values)}`;
    if (!says(slot - stepMs) && !says(slot - toleranceMs)) {
      faults.push(`${name}, which its logger did not show`);
      continue;
    }
    older += 1;
    const had = handedOut.get(well)?.find(({ from, to, at }) => from <= slot && slot < to && at >= slot);
    const limit = limitOf(slot, lives, plan);
    if (had !== undefined && had.at < limit)
      faults.push(
        `${name} is older than its slot, which the vendor handed out at ${new Date(had.at).toISOString()}, before ${new Date(limit).toISOString()}`,
      );
  }
  return { faults, older };
};

/** Everything that is wrong; nothing when the promises held. */
export const judgeOutages = (
  {
    database: path,
    regulator: { ledger },
    handedOut,
    lives,
  }: Pick<Awaited<ReturnType<typeof openOutageWorld>>, 'database' | 'regulator' | 'handedOut' | 'lives'>,
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
    // What became due after the last of them may still wait for its reading.
    const judged = rows.filter(({ slot }) => slot < (rows[0]?.slot ?? 0) + hours * hour);
    const received = rows.filter(({ receipt }) => receipt !== null);
    const name = ({ obligation, slot, state, reason }: Stored) =>
      `${obligation} ${new Date(slot).toISOString()} is ${state}: ${reason ?? ''}`;
    const values = otherValues(
      ledger,
      works,
      Map.groupBy(handedOut, ({ well }) => well),
      lives,
      plan,
    );
    const faults = [
      ...ledger.violations.map(({ kind, work, date, time, detail }) => `${kind}: ${work} ${date} ${time}: ${detail}`),
      ...judged.filter(({ state, receipt }) => state !== 'confirmed' || receipt === null).map(name),
      ...values.faults,
      ...imbalances(path),
      ...untold.map((row) => `nobody was told before its deadline: ${name(row)}`),
      ...(ledger.records.length === received.length
        ? []
        : [`${ledger.records.length} records for ${received.length} receipts`]),
    ];
    const expected = works * hours;
    if (judged.length !== expected) faults.push(`${judged.length} slots are owed, not ${expected}`);
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
