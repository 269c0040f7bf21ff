import {
  canonicalJson,
  contentHash,
  type BindingInfo,
  type DeviceInfo,
  type Domain,
  type SeriesInfo,
} from '../config/domain.ts';
import { type Converted, conversionOf } from './convert.ts';
import type { Json, Reading } from '@caudal/core';

/** Where a reading goes. */
export interface Bound {
  readonly series: SeriesInfo;
  readonly binding: BindingInfo;
  readonly basis: string;
  convert(reading: Reading): Converted;
}

/** Finds the series of readings, and the versions of everything between a reading and its value. */
export interface Binder {
  /** The data it binds by. */
  readonly domain: Domain;
  /** The binding in force at the reading's instant, of the lowest priority number; undefined when nobody wants it. */
  bind(device: DeviceInfo, reading: Reading): Bound | undefined;
  /** Content behind a basis id that `bind` gave out. */
  basis(id: string): Json;
}

/** @param rulesOf hash of the rules of a point */
export const createBinder = (domain: Domain, rulesOf: (point: string) => string): Binder => {
  const ready = new Map<BindingInfo, Bound>();
  const contents = new Map<string, Json>();

  const prepare = (binding: BindingInfo): Bound | undefined => {
    const known = ready.get(binding);
    if (known !== undefined) return known;
    const series = domain.series.get(binding.series);
    if (series === undefined) return undefined;
    const content = JSON.parse(
      canonicalJson({
        binding: binding.version,
        unit: series.unit,
        meters: series.meters.map(contentHash),
        rules: rulesOf(series.point),
      }),
    ) as Json;
    const basis = contentHash(content);
    contents.set(basis, content);
    const bound: Bound = { series, binding, basis, convert: conversionOf(binding, series) };
    ready.set(binding, bound);
    return bound;
  };

  return {
    domain,
    bind(device, reading) {
      const binding = domain.bindings
        .get(device.id)
        ?.get(reading.variable)
        ?.find(
          ({ from, to, allowArrivalTime }) =>
            from <= reading.at && reading.at < to && (reading.atArrival !== true || allowArrivalTime === true),
        );
      return binding === undefined ? undefined : prepare(binding);
    },
    basis: (id) => contents.get(id) ?? null,
  };
};
