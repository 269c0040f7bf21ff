import type { Answer } from '@caudal/core';
import type { Services } from '../services.ts';

const second = 1_000;

/** How far the other side's clock is ahead of ours, milliseconds in whole seconds, by the `Date` of its answer; null when it has none. */
export const skewOf = (answer: Pick<Answer, 'headers'> | undefined, now: number): number | null => {
  const theirs = Date.parse(answer?.headers['date'] ?? '');
  return Number.isNaN(theirs) ? null : theirs - Math.floor(now / second) * second;
};

/**
 * A clock that is wrong puts every send on the wrong day: a resend comes too early, a deadline passes unseen. `Date` has whole seconds,
 * and the answer was under way for a while, so that only a larger difference means something.
 */
export const watchClock = async (services: Services, target: string, answer: Answer, now: number): Promise<void> => {
  const skew = skewOf(answer, now);
  if (skew === null) return;
  const { store, metrics, options } = services;
  metrics.set('caudal_clock_skew_seconds', { target }, skew / second);
  const subject = `target:${target}`;
  if (Math.abs(skew) <= options.comply.clockSkewSeconds * second) {
    await store.write.changeAlerts({ open: [], close: [{ rule: 'clock.skew', subject, at: now }] });
    return;
  }
  const opened = await store.write.changeAlerts({
    open: [
      {
        event: 'system',
        rule: 'clock.skew',
        subject,
        point: null,
        severity: 'critical',
        openedAt: now,
        facts: {
          reason: `the clock of ${target} is ${Math.abs(Math.round(skew / second))} s ${skew > 0 ? 'ahead of' : 'behind'} this one`,
        },
      },
    ],
    close: [],
  });
  if (opened.length > 0) services.wake('notify');
};
