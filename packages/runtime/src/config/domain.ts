import { createHash } from 'node:crypto';
import {
  type AlertConditions,
  type Binding,
  type ComplianceSource,
  type DataFile,
  type DataSchema,
  defaultUnit,
  type Device,
  type Maintenance,
  type Meter,
  type Obligation,
  type Owner,
  type Person,
  type Point,
  type ProviderSwitch,
  type Series,
  type SeriesCorrection,
  type SeriesLimits,
  type Subscription,
  type VariableKind,
  variableKinds,
} from '@caudal/core';
import { withSchemas } from './alert-conditions.ts';

/** One variable at one point, with its defaults filled in. */
export interface SeriesInfo {
  /** `point/variable`. */
  readonly id: string;
  readonly point: string;
  readonly variable: string;
  readonly kind: VariableKind;
  readonly unit: string;
  readonly opaque: boolean;
  readonly intervalMs: number | undefined;
  readonly limits: SeriesLimits;
  /** Its own and those of schemas, in its unit. */
  readonly alerts: AlertConditions;
  readonly interpretation: NonNullable<Series['interpretation']>;
  readonly meters: readonly MeterInfo[];
}

export interface MeterInfo extends Meter {
  readonly from: number;
  readonly to: number;
}

export interface BindingInfo extends Omit<Binding, 'from' | 'to'> {
  readonly from: number;
  readonly to: number;
  /** Hash of its content: the version that values name. */
  readonly version: string;
}

export interface DeviceInfo extends Device {
  readonly intervalMs: number;
  readonly pollMs: number;
  readonly silentAfterMs: number;
  /** Vendor variables that bindings want, plus those configured. */
  readonly wanted: readonly string[];
}

export interface ObligationInfo extends Omit<Obligation, 'from' | 'to' | 'cutover'> {
  readonly fromAt: number;
  readonly toAt: number;
  /** Earlier slots are another system's. */
  readonly cutoverAt: number;
  /** Hash of its content: a quarantined submission returns when it changes. */
  readonly version: string;
}

export interface SwitchInfo extends Omit<ProviderSwitch, 'tested'> {
  /** Arrivals that are never reported; half open. */
  readonly tested: readonly { readonly from: number; readonly to: number }[];
}

export interface MaintenanceInfo extends Omit<Maintenance, 'from' | 'to'> {
  readonly fromAt: number;
  readonly toAt: number;
}

export interface PointInfo extends Omit<Point, 'series'> {
  readonly series: readonly SeriesInfo[];
}

/** Points, devices and all the rest, indexed the way the pipeline asks for them. Immutable: a change makes a new one. */
export interface Domain {
  readonly points: ReadonlyMap<string, PointInfo>;
  readonly series: ReadonlyMap<string, SeriesInfo>;
  readonly devices: ReadonlyMap<string, DeviceInfo>;
  /** By provider instance, then vendor id. */
  readonly byExternalId: ReadonlyMap<string, ReadonlyMap<string, DeviceInfo>>;
  /** By device, then vendor variable; by priority. */
  readonly bindings: ReadonlyMap<string, ReadonlyMap<string, readonly BindingInfo[]>>;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly sources: ReadonlyMap<string, ComplianceSource>;
  readonly obligations: ReadonlyMap<string, ObligationInfo>;
  readonly schemas: ReadonlyMap<string, DataSchema>;
  /** What people say of shown values, by series. */
  readonly corrections: ReadonlyMap<string, readonly SeriesCorrection[]>;
  /** By provider instance; one that is not there is on. */
  readonly switches: ReadonlyMap<string, SwitchInfo>;
  readonly people: ReadonlyMap<string, Person>;
  readonly subscriptions: readonly Subscription[];
  readonly maintenance: readonly MaintenanceInfo[];
}

const minute = 60_000;

/** JSON with sorted keys, so that equal content has equal text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );

/** Short hash of content, for versions that people read: 16 hex digits of SHA-256. */
export const contentHash = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);

const at = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Date.parse(text));

const kindOf = (variable: string, series: Series): VariableKind =>
  series.kind ?? ((variableKinds as readonly string[]).includes(variable) ? (variable as VariableKind) : 'custom');

const group = <T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const found = groups.get(key(item));
    if (found === undefined) groups.set(key(item), [item]);
    else found.push(item);
  }
  return groups;
};

/**
 * Builds the indexes from data files that were validated.
 *
 * @param pollMinutes of a device that says nothing of it
 */
export const buildDomain = (files: readonly DataFile[], pollMinutes = 5): Domain => {
  const meters = group(
    files
      .flatMap((file) => file.meters ?? [])
      .map((meter): MeterInfo => ({
        ...meter,
        from: at(meter.installedAt, -Infinity),
        to: at(meter.removedAt, Infinity),
      })),
    (meter) => meter.series,
  );
  const schemas = files.flatMap((file) => file.schemas ?? []);
  const points = new Map<string, PointInfo>();
  const series = new Map<string, SeriesInfo>();
  for (const point of files.flatMap((file) => file.points ?? [])) {
    const own = Object.entries(point.series).map(([variable, declared]): SeriesInfo => {
      const id = `${point.id}/${variable}`;
      const kind = kindOf(variable, declared);
      return {
        id,
        point: point.id,
        variable,
        kind,
        unit: declared.unit ?? (kind === 'custom' ? '' : defaultUnit[kind]),
        opaque: declared.opaqueUnit ?? false,
        intervalMs: declared.intervalMinutes === undefined ? undefined : declared.intervalMinutes * minute,
        limits: declared.limits ?? {},
        alerts: declared.alerts ?? {},
        interpretation: declared.interpretation ?? (kind === 'total' ? 'cumulative' : 'instant'),
        meters: (meters.get(id) ?? []).toSorted((a, b) => a.from - b.from),
      };
    });
    const whole = withSchemas(own, point.id, schemas);
    points.set(point.id, { ...point, series: whole });
    for (const one of whole) series.set(one.id, one);
  }
  const bindingList = files
    .flatMap((file) => file.bindings ?? [])
    .map((binding): BindingInfo => ({
      ...binding,
      from: at(binding.from, -Infinity),
      to: at(binding.to, Infinity),
      // The name of a binding says nothing about its values.
      version: contentHash({ ...binding, id: undefined }),
    }));
  const bindings = new Map(
    [...group(bindingList, (binding) => binding.device)].map(([device, list]) => [
      device,
      new Map(
        [...group(list, (binding) => binding.variable)].map(([variable, same]) => [
          variable,
          same.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0)),
        ]),
      ),
    ]),
  );
  const devices = new Map(
    files
      .flatMap((file) => file.devices ?? [])
      .map((device): [string, DeviceInfo] => {
        const intervalMs = (device.intervalMinutes ?? 60) * minute;
        return [
          device.id,
          {
            ...device,
            intervalMs,
            pollMs: (device.pollMinutes ?? pollMinutes) * minute,
            silentAfterMs:
              device.silentAfterMinutes === undefined ? 3 * intervalMs : device.silentAfterMinutes * minute,
            wanted: [...new Set([...(bindings.get(device.id)?.keys() ?? []), ...Object.keys(device.variables ?? {})])],
          },
        ];
      }),
  );
  const byExternalId = new Map(
    [...group([...devices.values()], (device) => device.provider)].map(([provider, list]) => [
      provider,
      new Map(list.map((device) => [device.externalId, device])),
    ]),
  );
  const byId = <T extends { readonly id: string }>(items: readonly T[]) =>
    new Map(items.map((item) => [item.id, item]));
  const sources = byId(files.flatMap((file) => file.sources ?? []));
  return {
    points,
    series,
    owners: byId(files.flatMap((file) => file.owners ?? [])),
    sources,
    schemas: byId(schemas),
    corrections: group(
      files.flatMap((file) => file.corrections ?? []),
      (correction) => correction.series,
    ),
    switches: byId(
      files
        .flatMap((file) => file.providers ?? [])
        .map(({ tested, ...one }): SwitchInfo => ({
          ...one,
          tested: (tested ?? []).map(({ from, to }) => ({ from: Date.parse(from), to: at(to, Infinity) })),
        })),
    ),
    devices,
    byExternalId,
    bindings,
    obligations: new Map(
      files
        .flatMap((file) => file.obligations ?? [])
        .map(({ from, to, cutover, ...rest }): [string, ObligationInfo] => [
          rest.id,
          {
            ...rest,
            fromAt: Math.max(Date.parse(from), at(sources.get(rest.source ?? '')?.from, -Infinity)),
            toAt: Math.min(at(to, Infinity), at(sources.get(rest.source ?? '')?.to, Infinity)),
            cutoverAt: at(cutover, -Infinity),
            version: contentHash({ from, to, cutover, ...rest }),
          },
        ]),
    ),
    people: byId(files.flatMap((file) => file.people ?? [])),
    subscriptions: files.flatMap((file) => file.subscriptions ?? []),
    maintenance: files
      .flatMap((file) => file.maintenance ?? [])
      .map(({ from, to, ...rest }) => ({ ...rest, fromAt: at(from, -Infinity), toAt: at(to, Infinity) })),
  };
};
