import type { Services } from '../services.ts';
import type { AlertRow } from '../store/rows.ts';
import type { AlertPage } from '../store/store.ts';
import { silencedBy } from './maintenance.ts';
import { createOutages } from './outages.ts';
import { afterMsOf, eventOf, noticesOf, type Telling } from './recipients.ts';
import { isSilenced } from './silences.ts';

const minute = 60_000;
const atOnce = 1_000;

/** Who is told of which alerts: what is new, what nobody took note of for as long as a subscription waits, and what is said again. */
export const createComposer = (services: Services) => {
  const { store, options } = services;
  const outages = createOutages(services);

  /** Of a list of alerts, what nothing keeps from people now. */
  const tellable = async (
    now: number,
    list: (page: AlertPage) => Promise<readonly AlertRow[]>,
  ): Promise<readonly AlertRow[]> => {
    const found: AlertRow[] = [];
    let keeps: ((alert: AlertRow) => boolean) | undefined;
    for (let after: AlertRow | undefined; ;) {
      const page = await list({
        limit: atOnce,
        ...(after === undefined ? {} : { after: { openedAt: after.openedAt, id: after.id } }),
      });
      if (page.length > 0) {
        keeps ??= await keepersOf(now);
        const kept = keeps;
        found.push(...page.filter((alert) => !kept(alert)));
      }
      after = page.at(-1);
      if (page.length < atOnce) return found;
    }
  };

  const keepersOf = async (now: number) => {
    const silences = await store.read.silences({ at: now, limit: atOnce });
    const isUnder = await outages.at(now);
    return (alert: AlertRow) =>
      silencedBy(services.domain, alert, now) !== undefined ||
      silences.some((silence) => isSilenced(silence, alert)) ||
      isUnder(alert);
  };

  /** One notice of alerts of one event for each who `hears` of them; that they were told is noted with it. */
  const tell = (
    event: Telling['event'],
    alerts: readonly AlertRow[],
    { now, afterMs, ...whom }: Pick<Telling, 'now' | 'hears' | 'round'> & { readonly afterMs: number },
  ) =>
    store.write.createNotices(
      noticesOf(services.domain, { event, alerts, now, atMost: options.notify.maxAlertsPerNotice, ...whom }),
      alerts.map(({ id }) => id),
      { at: now, afterMs },
    );

  /** Alerts of one event that came close together go together. */
  const tellNew = async (now: number) => {
    const untold = await tellable(now, (page) => store.read.openAlerts({ untold: true, ...page }));
    for (const [event, alerts] of Map.groupBy(untold, eventOf))
      if (alerts.some((alert) => alert.openedAt + options.notify.groupMs <= now))
        await tell(event, alerts, { now, afterMs: 0, hears: (subscription) => afterMsOf(subscription) === 0 });
  };

  /** Step by step, the next who waits longest for somebody else to take note. */
  const escalate = async (now: number) => {
    const steps = new Set(services.domain.subscriptions.map(afterMsOf).filter((afterMs) => afterMs > 0));
    for (const afterMs of [...steps].toSorted((a, b) => a - b)) {
      const which = { firstToldBy: now - afterMs, afterMs };
      const left = await tellable(now, (page) => store.read.unackedAlerts({ which, ...page }));
      const hears: Telling['hears'] = (subscription) => afterMsOf(subscription) === afterMs;
      for (const [event, alerts] of Map.groupBy(left, eventOf))
        await tell(event, alerts, { now, afterMs, hears, round: `after ${afterMs}` });
    }
  };

  const repeat = async (now: number) => {
    if (options.notify.repeatMinutes === 0) return;
    const which = { toldBy: now - options.notify.repeatMinutes * minute };
    const left = await tellable(now, (page) => store.read.unackedAlerts({ which, ...page }));
    const hears: Telling['hears'] = (subscription, alert) => alert.openedAt + afterMsOf(subscription) <= now;
    for (const [event, alerts] of Map.groupBy(left, eventOf))
      await tell(event, alerts, { now, afterMs: 0, hears, round: `again ${now}` });
  };

  return async (now: number): Promise<void> => {
    await tellNew(now);
    await escalate(now);
    await repeat(now);
  };
};
