import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { OutletRow } from '../store/outgoing.ts';
import { kindsOf } from './address.ts';
import { createPump } from './pump.ts';

const behindRule = 'publish.behind';
const subjectOf = (name: string) => `outlet:${name}`;

/** A configured outlet says so this often; one that says nothing for a week is forgotten. */
const seenEveryMs = 3_600_000;

/** Brings what is committed to the outlets, each at its own pace, and says which are behind. */
export const createPublishing = (services: Services): Stage => {
  const { store, clock, metrics, plugins } = services;
  const log = services.log.stream('system', { stage: 'publish' });
  const pumps = [...plugins.outlets.values()].map((outlet) => createPump(services, outlet));
  const uses = pumps.map(({ outlet }) => outlet.use);
  let seenAt = -Infinity;
  /** Whether its alert is open, as this run has put it; nothing is known at the start. */
  const behind = new Map<string, boolean>();

  const see = async (now: number) => {
    if (now - seenAt < seenEveryMs) return;
    for (const { outlet } of pumps)
      await store.write.openOutlet({
        name: outlet.name,
        wants: kindsOf(outlet),
        from: outlet.use.from === 'now' ? null : Date.parse(outlet.use.from),
      });
    seenAt = now;
  };

  const tell = async (row: OutletRow, behindMs: number, now: number) => {
    const { name, oldestAt, backlog } = row;
    const waitedMs = oldestAt === null ? 0 : Math.max(0, now - oldestAt);
    metrics.set('caudal_publish_backlog', { outlet: name }, backlog);
    metrics.set('caudal_publish_lag_seconds', { outlet: name }, Math.round(waitedMs / 1000));
    const is = waitedMs >= behindMs;
    if (behind.get(name) === is) return;
    const why = services.outletTroubles.get(name);
    const reason = `${backlog} changes wait for outlet ${name}, the oldest since ${new Date(oldestAt ?? now).toISOString()}${why === undefined ? '' : `: ${why}`}`;
    if (is) log.error({ outlet: name, backlog }, reason);
    await store.write.changeAlerts({
      open: is
        ? [
            {
              event: 'system',
              rule: behindRule,
              subject: subjectOf(name),
              point: null,
              severity: 'warning',
              openedAt: now,
              facts: { reason },
            },
          ]
        : [],
      close: is ? [] : [{ rule: behindRule, subject: subjectOf(name), at: now }],
    });
    behind.set(name, is);
    services.wake('notify');
  };

  return {
    name: 'publish',
    restMs: Math.min(...uses.map(({ tickMs }) => tickMs)),
    async step() {
      const now = clock.now();
      await see(now);
      const rows = new Map((await store.read.outlets()).map((row) => [row.name, row]));
      for (const pump of pumps) {
        const row = rows.get(pump.outlet.name);
        if (row === undefined) {
          // Somebody forgot it meanwhile.
          seenAt = -Infinity;
          continue;
        }
        if (row.backlog > 0 || row.filling) pump.begin(row);
        await tell(row, pump.outlet.use.behindSeconds * 1000, now);
      }
      return false;
    },
    async finish(limit) {
      await Promise.all(pumps.map((pump) => pump.end(limit)));
    },
  };
};
