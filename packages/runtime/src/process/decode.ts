import { type DecodeContext, type DecodeProblem, type Reading, toCaudalError } from '@caudal/core';
import type { DeviceInfo, Domain } from '../config/domain.ts';
import type { Services } from '../services.ts';
import type { RawMark, RawRow } from '../store/rows.ts';
import type { Binder, Bound } from './bind.ts';

/** A reading that has found its series. */
export interface Claimed {
  readonly bound: Bound;
  readonly device: DeviceInfo;
  readonly reading: Reading;
  readonly raw: RawRow;
}

/** A reading that nobody wants. */
export interface Unclaimed {
  readonly instance: string;
  readonly device: string;
  readonly variable: string;
  readonly at: number;
  readonly raw: string;
}

export interface DecodedRaw {
  readonly mark: RawMark;
  readonly claimed: readonly Claimed[];
  readonly unclaimed: readonly Unclaimed[];
  /** Newest instant by device and vendor variable, none later than the arrival allows. */
  readonly newest: ReadonlyMap<DeviceInfo, ReadonlyMap<string, number>>;
  /** Newest instant by device of those that lie later than that. */
  readonly ahead: ReadonlyMap<DeviceInfo, number>;
}

/** Device clocks may be this far ahead before what they say no longer moves a watermark. */
const aheadMs = 5 * 60_000;
const listedProblems = 20;

/** A record that gave no readings. */
export const withoutReadings = (mark: Omit<RawMark, 'readings'>): DecodedRaw => ({
  mark: { ...mark, readings: 0 },
  claimed: [],
  unclaimed: [],
  newest: new Map(),
  ahead: new Map(),
});

const failed = (id: string, reason: string, problems: readonly DecodeProblem[] = []): DecodedRaw =>
  withoutReadings({ id, status: 'FAILED', reason, problems: problems.slice(0, listedProblems) });

/** What `decode` of a provider instance may ask of the configured devices. */
export const decodeContextOf = (domain: Domain, instance: string): Omit<DecodeContext, 'needed'> => {
  const devices = domain.byExternalId.get(instance);
  return {
    settings: (externalId) =>
      devices?.get(externalId)?.settings ?? (devices?.has(externalId) === true ? {} : undefined),
    externalId: (id) => domain.devices.get(id)?.externalId,
  };
};

/**
 * Decodes one raw record. Whatever is wrong with it ends in its mark, never in an exception.
 *
 * @param needed the record that its envelope's `needs` names
 */
export const decodeRaw = (raw: RawRow, services: Services, binder: Binder, needed?: RawRow): DecodedRaw => {
  const provider = services.plugins.providers.get(raw.instance);
  if (provider === undefined) return failed(raw.id, `no provider instance named ${raw.instance} is configured`);
  const { domain } = binder;
  const devices = domain.byExternalId.get(raw.instance);
  let decoded;
  try {
    decoded = provider.instance.decode(raw, {
      ...decodeContextOf(domain, raw.instance),
      ...(needed === undefined ? {} : { needed }),
    });
  } catch (thrown) {
    const error = toCaudalError(thrown, 'decode');
    return failed(
      raw.id,
      services.redact
        .text(error.detail === undefined ? error.message : `${error.message} (${error.detail})`)
        .slice(0, 500),
    );
  }
  const { readings, problems } = decoded;
  const limit = services.options.process.maxReadingsPerRecord;
  if (readings.length > limit)
    return failed(raw.id, `${readings.length} readings in one record; the limit is ${limit}`);
  if (readings.length === 0 && problems.length > 0)
    return failed(raw.id, problems[0]?.reason ?? 'nothing could be read', problems);

  const claimed: Claimed[] = [];
  const unclaimed: Unclaimed[] = [];
  const newest = new Map<DeviceInfo, Map<string, number>>();
  const ahead = new Map<DeviceInfo, number>();
  for (const reading of readings) {
    const device = devices?.get(reading.device);
    if (device !== undefined && reading.at <= raw.receivedAt + aheadMs) {
      const ofDevice = newest.get(device) ?? new Map<string, number>();
      newest.set(
        device,
        ofDevice.set(reading.variable, Math.max(reading.at, ofDevice.get(reading.variable) ?? -Infinity)),
      );
    } else if (device !== undefined) ahead.set(device, Math.max(reading.at, ahead.get(device) ?? -Infinity));
    const bound = device === undefined ? undefined : binder.bind(device, reading);
    if (bound === undefined || device === undefined) {
      unclaimed.push({
        instance: raw.instance,
        device: reading.device,
        variable: reading.variable,
        at: reading.at,
        raw: reading.raw,
      });
    } else {
      claimed.push({ bound, device, reading, raw });
    }
  }
  return {
    mark: {
      id: raw.id,
      status: 'COMPLETED',
      readings: readings.length,
      ...(problems.length === 0 ? {} : { problems: problems.slice(0, listedProblems) }),
    },
    claimed,
    unclaimed,
    newest,
    ahead,
  };
};
