import type { Domain } from '../config/domain.ts';
import type { RuntimeOptions } from '../config/options.ts';
import type { AlertRow, NewAlert } from '../store/rows.ts';
import type { Owing } from '../store/store.ts';

const minute = 60_000;

/** What is told of the deadlines of one obligation. */
export interface DeadlineLimits {
  /** So long before a submission is late. */
  readonly noticeMs: number;
  /** By how much of the time between deadline and maximum lag is gone. */
  readonly lagStages: RuntimeOptions['comply']['lagStages'];
}

interface Ended {
  readonly rule: string;
  readonly subject: string;
  readonly at: number;
}

const rules = /^submission\.(deadline|lag\..*)$/;

/**
 * Steps, each before what it warns of: a deadline that comes near, and a maximum lag that comes near, after which the regulator wants a
 * report. One alert an obligation and step, however many slots wait; it stays open until none does.
 *
 * @param open alerts that are open: one of an obligation that is no more, or of a stage that is none any more, ends
 */
export const judgeDeadlines = (
  domain: Pick<Domain, 'obligations'>,
  owing: readonly Omit<Owing, 'state'>[],
  now: number,
  { noticeMs, lagStages }: DeadlineLimits,
  known: readonly Pick<AlertRow, 'rule' | 'subject'>[] = [],
): { open: NewAlert[]; close: Ended[] } => {
  const rows = Map.groupBy(owing, ({ obligation }) => obligation);
  const open: NewAlert[] = [];
  for (const { id, members, work } of domain.obligations.values()) {
    const own = rows.get(id) ?? [];
    const count = own.reduce((sum, row) => sum + row.count, 0);
    if (count === 0) continue;
    const series = Object.values(members)[0]?.series ?? '';
    const dueAt = Math.min(...own.map(({ nearestDueAt }) => nearestDueAt));
    const maxLagAt = Math.min(...own.map(({ nearestMaxLagAt }) => nearestMaxLagAt));
    const steps: { rule: string; severity: NewAlert['severity']; at: number; from: number }[] = [
      { rule: 'submission.deadline', severity: 'warning', at: dueAt, from: dueAt - noticeMs },
    ];
    // Where a deadline is the maximum lag itself, the first step says all there is to say.
    if (maxLagAt > dueAt)
      for (const { share, severity } of lagStages)
        steps.push({
          rule: `submission.lag.${Math.round(share * 100)}`,
          severity,
          at: maxLagAt,
          from: dueAt + share * (maxLagAt - dueAt),
        });
    for (const { rule, severity, at, from } of steps)
      if (now >= from)
        open.push({
          event: 'submission.deadline',
          rule,
          subject: `obligation:${id}`,
          point: series.slice(0, series.indexOf('/')),
          severity,
          openedAt: now,
          facts: { work: work.code, due: new Date(at).toISOString(), late: String(count) },
        });
  }
  const wanted = new Set(open.map(({ rule, subject }) => `${rule} ${subject}`));
  const close = known
    .filter(({ rule, subject }) => rules.test(rule) && !wanted.has(`${rule} ${subject}`))
    .map(({ rule, subject }) => ({ rule, subject, at: now }));
  return { open, close };
};

/** The most that is ever left to a look: what comes between two looks must be told of at the first. */
export const noticeMsOf = (deadlineNoticeMinutes: number, tickMs: number): number =>
  Math.max(deadlineNoticeMinutes * minute, 2 * tickMs);
