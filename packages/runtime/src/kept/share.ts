import { canonicalJson, type Domain } from '../config/domain.ts';

/** Stages tell by identity what has changed, so equal things stay the same objects. */
const sharedMap = <T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  share: (old: T, now: T) => T,
): ReadonlyMap<string, T> =>
  new Map(
    [...after].map(([key, now]) => {
      const old = before.get(key);
      return [key, old === undefined ? now : share(old, now)];
    }),
  );

/** Open ends are infinite, which JSON writes as null: nothing else in a domain is null. */
const whole = <T>(old: T, now: T): T => (canonicalJson(old) === canonicalJson(now) ? old : now);

const list = <T>(old: readonly T[], now: readonly T[]): readonly T[] => {
  const known = new Map(old.map((one) => [canonicalJson(one), one]));
  return now.map((one) => known.get(canonicalJson(one)) ?? one);
};

/** The next domain, with every part that is equal to one of the domain before being that one. */
export const shareUnchanged = (before: Domain, after: Domain): Domain => {
  const points = sharedMap(before.points, after.points, whole);
  const devices = sharedMap(before.devices, after.devices, whole);
  return {
    points,
    series: new Map([...points.values()].flatMap((point) => point.series.map((series) => [series.id, series]))),
    devices,
    byExternalId: new Map(
      [...after.byExternalId].map(([provider, own]) => [
        provider,
        new Map(
          [...own].map(([externalId, { id }]) => [externalId, devices.get(id) ?? (own.get(externalId) as never)]),
        ),
      ]),
    ),
    bindings: sharedMap(before.bindings, after.bindings, (old, now) => sharedMap(old, now, list)),
    owners: sharedMap(before.owners, after.owners, whole),
    sources: sharedMap(before.sources, after.sources, whole),
    obligations: sharedMap(before.obligations, after.obligations, whole),
    schemas: sharedMap(before.schemas, after.schemas, whole),
    corrections: sharedMap(before.corrections, after.corrections, whole),
    switches: sharedMap(before.switches, after.switches, whole),
    people: sharedMap(before.people, after.people, whole),
    subscriptions: list(before.subscriptions, after.subscriptions),
    maintenance: list(before.maintenance, after.maintenance),
  };
};
