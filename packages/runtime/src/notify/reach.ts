import type { Subscription } from '@caudal/core';
import type { Domain } from '../config/domain.ts';
import type { AlertRow } from '../store/rows.ts';

type About = Pick<AlertRow, 'point' | 'subject'>;

/**
 * The points that a subscription is of, named or by their owner; null for all. Looked up each time, so that a point that an owner gets is
 * among them at once.
 */
export const pointsOf = (
  { points: all }: Pick<Domain, 'points'>,
  { points, owners }: Pick<Subscription, 'points' | 'owners'>,
): ReadonlySet<string> | null => {
  if (points?.includes('*') === true || (points === undefined && owners === undefined)) return null;
  const owned = [...all.values()].flatMap(({ id, owner }) =>
    owner !== undefined && owners?.includes(owner) === true ? [id] : [],
  );
  return new Set([...(points ?? []), ...owned]);
};

/** Devices that an alert is about and that feed something, each with the points that it feeds. */
const fedBy = ({ devices, bindings, series }: Domain, { subject }: About): readonly (readonly string[])[] => {
  const ids = subject.startsWith('device:')
    ? [subject.slice('device:'.length)]
    : [...devices.values()].filter(({ provider }) => subject === `provider:${provider}`).map(({ id }) => id);
  return ids
    .map((id) =>
      [...(bindings.get(id)?.values() ?? [])].flat().flatMap((binding) => series.get(binding.series)?.point ?? []),
    )
    .filter((points) => points.length > 0);
};

/**
 * Whether a subscription reaches what an alert is about. With points alone it hears of the system too: that is for who runs it. By owner
 * it hears of nobody else: of a device that feeds the owner's points, and of a provider instance when all its devices do.
 */
export const reachOf = (domain: Domain, subscription: Subscription): ((alert: About) => boolean) => {
  const points = pointsOf(domain, subscription);
  if (points === null) return () => true;
  if (subscription.owners === undefined) return ({ point }) => point === null || points.has(point);
  return (alert) => {
    if (alert.point !== null && points.has(alert.point)) return true;
    const fed = fedBy(domain, alert);
    return fed.length > 0 && fed.every((own) => own.some((point) => points.has(point)));
  };
};
