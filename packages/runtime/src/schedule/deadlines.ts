import type { Domain } from '../config/domain.ts';
import type { NewAlert } from '../store/rows.ts';
import type { Owing } from '../store/store.ts';

const minute = 60_000;

/** What is told of the deadlines of one obligation. */
export interface DeadlineLimits {
  /** So long before a submission is late. */
  readonly noticeMs: number;
  /** When so much of the time to the maximum lag is left. */
  readonly lagShare: number;
}

interface Ended {
  readonly rule: string;
  readonly subject: string;
  readonly at: number;
}

/**
 * Two steps, each before what it warns of: a deadline that comes near, and a maximum lag that comes near, after which the regulator
 * wants a report. One alert an obligation and step, however many slots wait; it stays open until none does.
 */
export const judgeDeadlines = (
  domain: Pick<Domain, 'obligations'>,
  owing: readonly Owing[],
  now: number,
  { noticeMs, lagShare }: DeadlineLimits,
): { open: NewAlert[]; close: Ended[] } => {
  const rows = Map.groupBy(owing, ({ obligation }) => obligation);
  const open: NewAlert[] = [];
  const close: Ended[] = [];
  for (const { id, members, work } of domain.obligations.values()) {
    const own = rows.get(id) ?? [];
    const series = Object.values(members)[0]?.series ?? '';
    const subject = `obligation:${id}`;
    const count = own.reduce((sum, row) => sum + row.count, 0);
    const dueAt = Math.min(...own.map(({ nearestDueAt }) => nearestDueAt));
    const maxLagAt = Math.min(...own.map(({ nearestMaxLagAt }) => nearestMaxLagAt));
    const steps = [
      { rule: 'submission.deadline', severity: 'warning', at: dueAt, before: noticeMs },
      {
        rule: 'submission.lag',
        severity: 'critical',
        at: maxLagAt,
        // Where a deadline is the maximum lag itself, the first step says all there is to say.
        before: maxLagAt <= dueAt ? 0 : Math.max(lagShare * (maxLagAt - dueAt), 0),
      },
    ] as const;
    for (const { rule, severity, at, before } of steps) {
      if (count === 0 || at - before > now) {
        close.push({ rule, subject, at: now });
        continue;
      }
      open.push({
        event: 'submission.deadline',
        rule,
        subject,
        point: series.slice(0, series.indexOf('/')),
        severity,
        openedAt: now,
        facts: { work: work.code, due: new Date(at).toISOString(), state: String(count) },
      });
    }
  }
  return { open, close };
};

/** The most that is ever left to a look: what comes between two looks must be told of at the first. */
export const noticeMsOf = (deadlineNoticeMinutes: number, tickMs: number): number =>
  Math.max(deadlineNoticeMinutes * minute, 2 * tickMs);
