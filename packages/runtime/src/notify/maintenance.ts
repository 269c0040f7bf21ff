import { type CivilTime, civilInZone, instantInZone, weekdays } from '@caudal/core';
import type { Domain, MaintenanceInfo } from '../config/domain.ts';
import type { AlertRow } from '../store/rows.ts';

const day = 86_400_000;

/** UTC milliseconds, half open. */
export interface WindowSpan {
  readonly from: number;
  readonly to: number;
}

const weekday = ({ year, month, day: of }: CivilTime) =>
  weekdays[(new Date(Date.UTC(year, month - 1, of)).getUTCDay() + 6) % 7];

const clockOf = (text: string) => ({ hour: Number(text.slice(0, 2)), minute: Number(text.slice(3)), second: 0 });

/** The civil day so many days later. */
const dayAfter = ({ year, month, day: of }: CivilTime, days: number) => {
  const date = new Date(Date.UTC(year, month - 1, of) + days * day);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

/** The stretch of a window that an instant lies in. A weekly one is cut by the days between which it holds. */
export const spanAt = ({ fromAt, toAt, weekly }: MaintenanceInfo, at: number): WindowSpan | undefined => {
  if (at < fromAt || at >= toAt) return undefined;
  if (weekly === undefined) return { from: fromAt, to: toAt };
  const today = civilInZone(at, weekly.zone);
  // One that began yesterday may run over midnight.
  for (const ago of [0, 1]) {
    const begins = { ...dayAfter(today, -ago), ...clockOf(weekly.from) };
    if (!weekly.days.some((name) => name === weekday(begins))) continue;
    const overnight = weekly.to <= weekly.from;
    const from = instantInZone(begins, weekly.zone);
    const to = instantInZone({ ...dayAfter(begins, overnight ? 1 : 0), ...clockOf(weekly.to) }, weekly.zone);
    if (from <= at && at < to) return { from: Math.max(from, fromAt), to: Math.min(to, toAt) };
  }
  return undefined;
};

type Told = Pick<AlertRow, 'subject' | 'point' | 'facts' | 'event' | 'rule' | 'severity'>;

/** The devices that an alert is about: its own, or those that feed its series. */
const devicesOf = (domain: Domain, { subject }: Told): readonly string[] => {
  if (subject.startsWith('device:')) return [subject.slice(7)];
  return [...domain.bindings]
    .filter(([, variables]) => [...variables.values()].flat().some(({ series }) => series === subject))
    .map(([device]) => device);
};

const obligationOf = (domain: Domain, { subject }: Told) =>
  subject.startsWith('obligation:') ? domain.obligations.get(subject.slice(11)) : undefined;

/** Whether a window is about an alert. */
export const isAbout = (domain: Domain, { scope }: MaintenanceInfo, alert: Told): boolean => {
  if (scope === 'all') return true;
  if ('point' in scope) return alert.point === scope.point || alert.subject.startsWith(`${scope.point}/`);
  if ('device' in scope) {
    const devices = devicesOf(domain, alert);
    return devices.length > 0 && devices.every((id) => id === scope.device);
  }
  if ('provider' in scope) {
    if (alert.subject === `provider:${scope.provider}` || alert.subject.startsWith(`credential:${scope.provider}/`))
      return true;
    const devices = devicesOf(domain, alert);
    return devices.length > 0 && devices.every((id) => domain.devices.get(id)?.provider === scope.provider);
  }
  const obligation = obligationOf(domain, alert);
  if (scope.work === undefined)
    return (
      alert.subject === `target:${scope.target}` ||
      alert.subject.startsWith(`credential:${scope.target}/`) ||
      alert.subject.startsWith(`work:${scope.target}/`) ||
      obligation?.target === scope.target ||
      (alert.subject.startsWith('submission:') && isWorkOf(domain, scope.target, alert.facts['work']))
    );
  return (
    alert.subject === `work:${scope.target}/${scope.work}` ||
    (obligation?.target === scope.target && obligation.work.code === scope.work) ||
    (alert.subject.startsWith('submission:') && alert.facts['work'] === scope.work)
  );
};

const isWorkOf = (domain: Domain, target: string, work: string | undefined) =>
  [...domain.obligations.values()].some((one) => one.target === target && one.work.code === work);

/** Told in any window: a legal deadline that is near, a failure that has to be reported, and what endangers data or their proof. */
const throughRules: ReadonlySet<string> = new Set([
  'submission.deadline',
  'submission.failed',
  'system.conservation',
  'clock.skew',
  'clock.behind',
  'audit.heads',
]);

/** Early warnings of the maximum lag wait for the end of a window; the last of them does not. */
const breaksThrough = ({ rule, severity }: Told) =>
  throughRules.has(rule) || (rule.startsWith('submission.lag') && severity === 'critical');

/** The window that keeps an alert from people now. */
export const silencedBy = (domain: Domain, alert: Told, now: number): MaintenanceInfo | undefined =>
  breaksThrough(alert)
    ? undefined
    : domain.maintenance.find((window) => isAbout(domain, window, alert) && spanAt(window, now) !== undefined);

/** A stretch of a window that is over. */
export interface EndedWindow extends WindowSpan {
  readonly window: MaintenanceInfo;
}

/** The windows that kept these alerts from people until they ended. */
export const endedWindows = (domain: Domain, alerts: readonly AlertRow[], now: number): readonly EndedWindow[] => {
  const ended = new Map<string, EndedWindow>();
  for (const alert of alerts.filter((one) => !breaksThrough(one)))
    for (const window of domain.maintenance) {
      const span = spanAt(window, alert.openedAt);
      if (span !== undefined && span.to <= now && isAbout(domain, window, alert))
        ended.set(`${window.id} ${span.from}`, { window, ...span });
    }
  return [...ended.values()];
};
