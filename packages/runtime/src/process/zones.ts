import { zoneOffsetMinutes } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import type { Services } from '../services.ts';
import type { RawRow } from '../store/rows.ts';
import type { StoreReads } from '../store/store.ts';
import type { Binder } from './bind.ts';
import { decodeRaw, type DecodedRaw } from './decode.ts';
import { findNeeds } from './needs.ts';
import { farthestMs, judgeZone, offsetText, type Sighting, wholeHours } from './zone.ts';

const thinMs = 10 * 60_000;
const recordsAtMost = 500;
const looksAt = 12;
const devicesAtOnce = 20;
const alertsAtMost = 100_000;

/** Notices devices whose times are in another zone than declared. Values are not changed. */
export interface ZoneWatch {
  /** Looks at what has just been written; costs next to nothing where times are right. */
  see(raws: readonly RawRow[], decoded: readonly DecodedRaw[]): void;
  /** Judges the devices that looked wrong, from what is stored; opens and ends their alerts. */
  judge(): Promise<void>;
}

/** The zone that the device's settings declare; empty where they declare none. */
const declaredZone = ({ settings }: DeviceInfo): string => {
  const zone = settings?.['zone'];
  return typeof zone === 'string' ? zone : '';
};

const minutesOf = (zone: string, at: number): number => {
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (offset !== null) return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]));
  try {
    return zone === '' ? 0 : zoneOffsetMinutes(at, zone);
  } catch {
    return 0;
  }
};

const paceOf = ({ intervalMs, pollMs }: DeviceInfo) => intervalMs + pollMs;

const isLive = ({ lane, envelope }: RawRow) =>
  lane === 'live' && envelope.channel !== 'manual' && envelope.retained !== true && envelope.duplicate !== true;

export const createZoneWatch = (
  services: Services,
  binderNow: () => Binder,
  read: Pick<StoreReads, 'recordsOf' | 'raw'>,
): ZoneWatch => {
  const { store, clock } = services;
  const log = services.log.stream('telemetry', { stage: 'process' });
  /** Devices by id, as they were when they looked wrong. */
  const due = new Map<string, DeviceInfo>();
  /** Devices with an open alert. */
  let open: Set<string> | undefined;
  const recall = async () => {
    open ??= new Set(
      (await store.read.openAlerts({ limit: alertsAtMost }))
        .filter(({ event }) => event === 'device.zone')
        .map(({ subject }) => subject.slice('device:'.length)),
    );
    return open;
  };

  const seriesOf = (device: DeviceInfo) => [
    ...new Set([...(services.domain.bindings.get(device.id)?.values() ?? [])].flat().map(({ series }) => series)),
  ];

  /** Of the last records that brought something new, one in ten minutes: what each told last. */
  const sightingsOf = async (device: DeviceInfo, now: number): Promise<readonly Sighting[]> => {
    const span = { from: now - farthestMs, to: now + farthestMs };
    const records = await read.recordsOf({ series: seriesOf(device), ...span, limit: recordsAtMost });
    const thinned = new Map<number, string>();
    for (const { id, receivedAt } of records) {
      const bucket = Math.floor(receivedAt / thinMs);
      if (!thinned.has(bucket)) thinned.set(bucket, id);
    }
    const raws = (await Promise.all([...thinned.values()].slice(0, looksAt).map((id) => read.raw(id))))
      .filter((raw) => raw !== null)
      .filter(isLive);
    const needs = await findNeeds(raws, services);
    const binder = binderNow();
    return raws.flatMap((raw) => {
      const { claimed } = decodeRaw(raw, services, binder, needs.found.get(raw.id));
      const own = claimed.filter((one) => one.device.id === device.id).map(({ reading }) => reading);
      if (own.length === 0) return [];
      const newest = own.reduce((latest, reading) => (reading.at > latest.at ? reading : latest));
      return [{ receivedAt: raw.receivedAt, at: newest.at, vendorAt: newest.vendorAt }];
    });
  };

  const judgeDevice = async (device: DeviceInfo, alerts: Set<string>) => {
    const now = clock.now();
    const sightings = await sightingsOf(device, now);
    const pace = paceOf(device);
    const verdict = judgeZone(sightings, pace);
    const subject = `device:${device.id}`;
    if (verdict !== undefined && !alerts.has(device.id)) {
      const zone = declaredZone(device);
      const likely = `UTC${offsetText(minutesOf(zone, now) - verdict.hours * 60)}`;
      const hours = `${verdict.hours > 0 ? '−' : '+'}${Math.abs(verdict.hours)} h`;
      const series = seriesOf(device)[0];
      alerts.add(device.id);
      log.warn({ device: device.id, hours, zone, likely }, 'the times of a device are in another zone than declared');
      await store.write.changeAlerts({
        open: [
          {
            event: 'device.zone',
            rule: 'device.zone',
            subject,
            point: series === undefined ? null : (services.domain.series.get(series)?.point ?? null),
            severity: 'warning',
            openedAt: now,
            facts: { device: device.name ?? device.id, hours, zone: zone === '' ? '–' : zone, likely },
          },
        ],
        close: [],
      });
      services.wake('notify');
    } else if (verdict === undefined && alerts.has(device.id)) {
      const newest = sightings.reduce<Sighting | undefined>(
        (last, one) => (last === undefined || one.receivedAt > last.receivedAt ? one : last),
        undefined,
      );
      if (newest === undefined || wholeHours(newest.receivedAt - newest.at, pace) !== 0) return;
      alerts.delete(device.id);
      await store.write.changeAlerts({ open: [], close: [{ rule: 'device.zone', subject, at: now }] });
    }
  };

  return {
    see(raws, decoded) {
      raws.forEach((raw, index) => {
        if (!isLive(raw)) return;
        const one = decoded[index] as DecodedRaw;
        for (const [device, variables] of one.newest) {
          const lag = raw.receivedAt - Math.max(...variables.values());
          if (wholeHours(lag, paceOf(device)) !== 0 || open?.has(device.id) === true) due.set(device.id, device);
        }
        for (const [device, at] of one.ahead)
          if (wholeHours(raw.receivedAt - at, paceOf(device)) !== 0) due.set(device.id, device);
      });
    },
    async judge() {
      const alerts = await recall();
      for (const [id, seen] of [...due].slice(0, devicesAtOnce)) {
        due.delete(id);
        await judgeDevice(services.domain.devices.get(id) ?? seen, alerts);
      }
    },
  };
};
