import { entryOf } from '../evidence/read-work.ts';
import type { Services } from '../services.ts';

const second = 1_000;
const rule = 'clock.behind';
const subject = 'system:clock';

/** When the newest row was written, by the clock of then; -Infinity when there is none. */
const newestRow = async ({ store: { read } }: Pick<Services, 'store'>): Promise<number> => {
  const [raw] = await read.rawList({}, 1);
  const end = await read.chainEnd();
  return Math.max(raw?.receivedAt ?? -Infinity, end === null ? -Infinity : entryOf(end).at);
};

/**
 * Tells people while the clock of this machine is behind what was written by it: it was set back, or was ahead before. Nothing goes before its
 * instant meanwhile, so that all waits for the clock: deadlines pass that it does not show yet.
 */
export const createClockWatch = (services: Services): ((now: number) => Promise<void>) => {
  const { store, options } = services;
  let newest: number | undefined;
  let isTold: boolean | undefined;
  return async (now) => {
    newest = Math.max(newest ?? (await newestRow(services)), now);
    const behind = newest - now;
    if (behind <= options.comply.clockSkewSeconds * second) {
      // One that an earlier run opened too.
      if (isTold !== false) await store.write.changeAlerts({ open: [], close: [{ rule, subject, at: now }] });
      isTold = false;
      return;
    }
    const reason = `the clock of this machine shows ${new Date(now).toISOString()}, ${Math.round(behind / second)} s before the newest row was written (${new Date(newest).toISOString()}): set it right; what is due later by it waits, and deadlines pass meanwhile`;
    if (isTold !== true) services.log.stream('system').error({ behindMs: behind }, reason);
    isTold = true;
    const opened = await store.write.changeAlerts({
      open: [{ event: 'system', rule, subject, point: null, severity: 'critical', openedAt: now, facts: { reason } }],
      close: [],
    });
    if (opened.length > 0) services.wake('notify');
  };
};
