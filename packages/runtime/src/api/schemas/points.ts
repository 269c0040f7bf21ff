import { AlertConditions, closedObject, Point as CorePoint, SeriesLimits, Type } from '@caudal/core';
import type { DeviceInfo, PointInfo, SeriesInfo } from '../../config/domain.ts';
import { isoOrNull, MaybeAt, NullableNumber } from './parts.ts';

const { id, name, kind, code, owner, zone, place, geometry, waterRight } = CorePoint.properties;

const Health = Type.Enum(['OK', 'OFFLINE', 'never reported'], { description: 'As its devices were heard.' });

export type Health = 'OK' | 'OFFLINE' | 'never reported';

export const SeriesView = closedObject(
  {
    id: Type.String({ description: 'Point and variable.' }),
    point: Type.String(),
    variable: Type.String(),
    kind: Type.String(),
    unit: Type.String(),
    interpretation: Type.String({ description: 'What one value stands for.' }),
    intervalMinutes: NullableNumber,
    limits: SeriesLimits,
    alerts: AlertConditions,
    meters: Type.Array(Type.String(), { description: 'Ids.' }),
  },
  { title: 'Series' },
);

export const seriesView = (series: SeriesInfo) => ({
  id: series.id,
  point: series.point,
  variable: series.variable,
  kind: series.kind,
  unit: series.unit,
  interpretation: series.interpretation,
  intervalMinutes: series.intervalMs === undefined ? null : series.intervalMs / 60_000,
  limits: series.limits,
  alerts: series.alerts,
  meters: series.meters.map((meter) => meter.id),
});

export const PointView = closedObject(
  {
    id,
    name,
    kind,
    code,
    owner,
    zone,
    place,
    geometry,
    waterRight,
    state: Type.Enum(['ACTIVE', 'INACTIVE', 'MAINTENANCE']),
    health: Health,
    lastContact: MaybeAt,
    devices: Type.Array(Type.String(), { description: 'That feed it.' }),
    obligations: Type.Array(Type.String(), { description: 'That take from it.' }),
    series: Type.Array(SeriesView),
  },
  { title: 'Point' },
);

/** The properties of a declared thing that its view shows as they are; absent ones stay absent. */
const shown = <T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> =>
  Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as Pick<T, K>;

export const pointView = (
  point: PointInfo,
  around: {
    readonly health: Health;
    readonly lastContact: number | null;
    readonly devices: readonly string[];
    readonly obligations: readonly string[];
  },
) => ({
  ...shown(point, ['id', 'name', 'kind', 'code', 'owner', 'zone', 'place', 'geometry', 'waterRight']),
  state: point.state ?? ('ACTIVE' as const),
  health: around.health,
  lastContact: isoOrNull(around.lastContact),
  devices: around.devices,
  obligations: around.obligations,
  series: point.series.map(seriesView),
});

export const DeviceView = closedObject(
  {
    id: Type.String(),
    name: Type.Union([Type.String(), Type.Null()]),
    provider: Type.String({ description: 'Instance.' }),
    externalId: Type.String({ description: 'The vendor’s.' }),
    intervalMinutes: Type.Number(),
    pollMinutes: Type.Number(),
    silentAfterMinutes: Type.Number(),
    health: Health,
    lastContact: MaybeAt,
    bindings: Type.Array(
      closedObject({
        variable: Type.String({ description: 'The vendor’s.' }),
        series: Type.String(),
        unit: Type.Union([Type.String(), Type.Null()]),
        priority: Type.Integer(),
        from: MaybeAt,
        to: MaybeAt,
      }),
    ),
  },
  { title: 'Device' },
);

export const deviceView = (
  device: DeviceInfo,
  bindings: readonly {
    readonly variable: string;
    readonly series: string;
    readonly unit?: string | undefined;
    readonly priority?: number | undefined;
    readonly from: number;
    readonly to: number;
  }[],
  around: { readonly health: Health; readonly lastContact: number | null },
) => ({
  id: device.id,
  name: device.name ?? null,
  provider: device.provider,
  externalId: device.externalId,
  intervalMinutes: device.intervalMs / 60_000,
  pollMinutes: device.pollMs / 60_000,
  silentAfterMinutes: device.silentAfterMs / 60_000,
  health: around.health,
  lastContact: isoOrNull(around.lastContact),
  bindings: bindings.map(({ variable, series, unit, priority, from, to }) => ({
    variable,
    series,
    unit: unit ?? null,
    priority: priority ?? 0,
    from: isoOrNull(from),
    to: isoOrNull(to),
  })),
});
