import type { DeviceInfo, Domain, ObligationInfo, PointInfo, SeriesInfo } from '../config/domain.ts';
import type { Principal } from '../access/principal.ts';

/**
 * What of the domain somebody may see. Lists of ids go into the queries themselves: what is not theirs is never read. `null` stands
 * for all, so that an administrator's query carries no list.
 */
export interface Sight {
  /** Ids, or null for all. */
  readonly points: readonly string[] | null;
  readonly series: readonly string[] | null;
  /** Those whose every member is of a point in sight. */
  readonly obligations: readonly string[] | null;
  readonly all: {
    readonly points: readonly PointInfo[];
    readonly series: readonly SeriesInfo[];
    readonly devices: readonly DeviceInfo[];
    readonly obligations: readonly ObligationInfo[];
  };
  point(id: string): PointInfo | undefined;
  one(series: string): SeriesInfo | undefined;
  device(id: string): DeviceInfo | undefined;
  obligation(id: string): ObligationInfo | undefined;
}

const pointOf = (series: string) => series.slice(0, series.indexOf('/'));

export const sightOf = (domain: Domain, principal: Principal | null): Sight => {
  const wanted = principal === null ? [] : principal.points;
  const own = wanted === null ? null : new Set(wanted);
  const seesPoint = (id: string) => own === null || own.has(id);
  const seesObligation = ({ members }: ObligationInfo) =>
    Object.values(members).every(({ series }) => seesPoint(pointOf(series)));
  const feeds = (device: string) =>
    own === null ||
    [...(domain.bindings.get(device)?.values() ?? [])].some((list) =>
      list.some(({ series }) => seesPoint(pointOf(series))),
    );
  const points = [...domain.points.values()].filter(({ id }) => seesPoint(id));
  const series = [...domain.series.values()].filter(({ point }) => seesPoint(point));
  const obligations = [...domain.obligations.values()].filter(seesObligation);
  return {
    // As given, so that what is of a point that is no longer declared stays in sight.
    points: own === null ? null : [...own],
    series: own === null ? null : series.map(({ id }) => id),
    obligations: own === null ? null : obligations.map(({ id }) => id),
    all: { points, series, obligations, devices: [...domain.devices.values()].filter(({ id }) => feeds(id)) },
    point: (id) => (seesPoint(id) ? domain.points.get(id) : undefined),
    one: (id) => (seesPoint(pointOf(id)) ? domain.series.get(id) : undefined),
    device: (id) => (feeds(id) ? domain.devices.get(id) : undefined),
    obligation(id) {
      const found = domain.obligations.get(id);
      return found !== undefined && seesObligation(found) ? found : undefined;
    },
  };
};
