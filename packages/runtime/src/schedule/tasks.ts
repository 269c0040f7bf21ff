import type { Services } from '../services.ts';
import type { NewAlert } from '../store/rows.ts';
import { taskStates } from '../store/tasks.ts';

const rule = 'submission.correction';

/** Corrections that wait for a person: counted, and one alert an obligation while there are any. */
export const watchTasks = async (services: Services, now: number): Promise<void> => {
  const { store, domain, metrics } = services;
  const counts = (await store.read.counts()).tasks;
  for (const state of taskStates) metrics.set('caudal_tasks', { state }, counts[state]);
  const waiting = new Map((await store.read.openTasks()).map((row) => [row.obligation, row]));
  const open: NewAlert[] = [];
  const close: { rule: string; subject: string; at: number }[] = [];
  for (const { id, work, members } of domain.obligations.values()) {
    const subject = `obligation:${id}`;
    const row = waiting.get(id);
    if (row === undefined) {
      close.push({ rule, subject, at: now });
      continue;
    }
    const series = Object.values(members)[0]?.series ?? '';
    open.push({
      event: rule,
      rule,
      subject,
      point: series.slice(0, series.indexOf('/')),
      severity: 'warning',
      openedAt: now,
      facts: {
        work: work.code,
        corrections: String(row.count),
        slot: new Date(row.oldestSlot).toISOString(),
        report: `caudal tasks list --obligation ${id}`,
      },
    });
  }
  if ((await store.write.changeAlerts({ open, close })).length > 0) services.wake('notify');
};
