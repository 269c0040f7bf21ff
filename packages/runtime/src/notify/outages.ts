import type { Services } from '../services.ts';
import type { AlertRow } from '../store/rows.ts';

const minute = 60_000;

/** What is raised when an instance as a whole brings nothing. */
const outageRules = ['provider.silent'] as const;

/** What follows from an outage by itself. */
const following: ReadonlySet<string> = new Set(['device.silent', 'ALERT_NO_DATA']);

/** So long after an outage its devices may still be read again before people hear of each. */
const afterwards = 15 * minute;

const outagesAtMost = 1_000;

/** Which alerts are told by the alert of their instance: they are kept, and told one by one only when they outlast it. */
export const createOutages = (services: Services) => {
  const providersOf = ({ subject }: AlertRow): readonly string[] => {
    const { domain } = services;
    if (subject.startsWith('device:')) return [domain.devices.get(subject.slice(7))?.provider ?? ''];
    return [...domain.bindings]
      .filter(([, variables]) => [...variables.values()].flat().some(({ series }) => series === subject))
      .map(([device]) => domain.devices.get(device)?.provider ?? '');
  };
  return {
    async at(now: number): Promise<(alert: AlertRow) => boolean> {
      const rows = await services.store.read.alertsOfRules({
        rules: outageRules,
        since: now - afterwards,
        limit: outagesAtMost,
      });
      if (rows.length === 0) return () => false;
      const down = new Set(rows.map(({ subject }) => subject));
      return (alert) => {
        if (!following.has(alert.rule)) return false;
        const providers = providersOf(alert);
        return providers.length > 0 && providers.every((name) => down.has(`provider:${name}`));
      };
    },
  };
};
