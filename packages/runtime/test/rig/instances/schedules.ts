import { DatabaseSync } from 'node:sqlite';

const hour = 3_600_000;

/**
 * What repeats within the day does so each hour here. A clock that goes a hundred times as fast makes minutes of the seconds in which another
 * instance takes over: what is due every ten minutes would be missed by that clock, and by no real one.
 */
export const hourly = {
  'sync-telemetry-sources': { everyMinutes: 60 },
  'health-check': { everyMinutes: 60 },
  'sync-compliance-sources': { everyMinutes: 60 },
} as const;

/** Hours of UTC at which each schedule is due in January: Chile is three hours behind then. */
const hoursOf: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(Object.keys(hourly).map((name) => [name, Array.from({ length: 24 }, (_, at) => at)])),
  'reread-telemetry': [0],
  'cleanup-old-data': [5],
  'daily-compliance-report': [10],
  'send-daily-summary@America/Santiago': [11],
};

const dueAfter = (schedule: string, after: number, to: number): readonly number[] => {
  const due: number[] = [];
  for (let at = (Math.floor(after / hour) + 1) * hour; at <= to; at += hour)
    if (hoursOf[schedule]?.includes(new Date(at).getUTCHours()) === true) due.push(at);
  return due;
};

interface Row {
  readonly slot: number;
  /** When it was taken last. */
  readonly at: number;
  readonly missed: number;
  readonly attempts: number;
  readonly ended_at: number | null;
  readonly error: string | null;
}

/** When somebody was there to take slots. */
export interface Watched {
  /** Since when all instances stood. */
  readonly from: number;
  /** Until when each slot had to be taken at its time. */
  readonly to: number;
  /** Whether somebody was killed or frozen at some time of a span. */
  readonly absent: (from: number, to: number) => boolean;
}

const iso = (at: number) => new Date(at).toISOString();

const judgeOne = (
  schedule: string,
  rows: readonly Row[],
  { from, to, absent: isAbsent }: Watched,
): readonly string[] => {
  const bySlot = new Map(rows.map((row) => [row.slot, row]));
  const absent = dueAfter(schedule, from, to).filter((slot) => !bySlot.has(slot));
  return [
    ...absent.map((slot) => `${schedule} of ${iso(slot)} was taken by nobody`),
    ...rows.flatMap(({ slot, at, missed, attempts, ended_at: endedAt, error }, index) => {
      const name = `${schedule} of ${iso(slot)}`;
      const faults: string[] = [];
      if (!dueAfter(schedule, slot - 1, slot).includes(slot)) faults.push(`${name} is no slot of its calendar`);
      if (endedAt === null) faults.push(`${name} was never ended`);
      if (error !== null) faults.push(`${name} failed: ${error}`);
      if (attempts > 1 && !isAbsent(slot, at))
        faults.push(`${name} was taken ${attempts} times, and nobody was absent`);
      const before = rows[index - 1]?.slot ?? from;
      const between = dueAfter(schedule, before, slot - 1).length;
      if (missed !== between) faults.push(`${name} counts ${missed} missed before it: there are ${between}`);
      if (missed > 0 && slot <= to) faults.push(`${missed} slots before ${name} were missed`);
      return faults;
    }),
  ];
};

/**
 * What is wrong with the slots of schedules: each slot of each schedule is there once, done or counted as missed, and none is missed while somebody
 * was there to take it.
 */
export const judgeSchedules = (path: string, watched: Watched): readonly string[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Object.keys(hoursOf).flatMap((schedule) =>
      judgeOne(
        schedule,
        database
          .prepare(
            `SELECT slot, at, missed, attempts, ended_at, error FROM schedule_slot WHERE schedule = ? AND asked_by IS NULL ORDER BY slot`,
          )
          .all(schedule) as unknown as Row[],
        watched,
      ),
    );
  } finally {
    database.close();
  }
};

/** How many slots were taken, and how many a second time, because who took them first was gone. */
export const slotsMet = (path: string): { readonly slots: number; readonly again: number } => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare('SELECT count(*) AS slots, count(*) FILTER (WHERE attempts > 1) AS again FROM schedule_slot')
      .get() as unknown as { slots: number; again: number };
  } finally {
    database.close();
  }
};
