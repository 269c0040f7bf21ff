import { civilDate, civilInZone, instantInZone } from '@caudal/core';
import type { PointInfo, SeriesInfo } from '../../config/domain.ts';
import { volumesOf } from '../../operate/analyse/volumes.ts';
import type { Services } from '../../services.ts';
import { defaultZone } from '../calendars.ts';

const alertsAtMost = 10_000;
const day = 86_400_000;

/** What is shown of one series: its newest value, and of a total what it added yesterday. Null is what is not known. */
export interface SeriesDay {
  readonly series: SeriesInfo;
  readonly value: number | null;
  readonly volume: number | null;
}

/** How a point stands, and its day before. */
export interface PointDay {
  readonly point: PointInfo;
  /** `quiet`: nobody expects data of it now. */
  readonly health: 'ok' | 'silent' | 'never' | 'quiet';
  readonly lastContact: number | null;
  readonly openAlerts: number;
  readonly series: readonly SeriesDay[];
}

export interface Summary {
  readonly zone: string;
  /** Of the day before, by the clock of the zone. */
  readonly date: string;
  readonly points: readonly PointDay[];
}

const midnight = (instant: number, zone: string): number =>
  instantInZone({ ...civilInZone(instant, zone), hour: 0, minute: 0, second: 0 }, zone);

const devicesOf = ({ domain }: Services, point: string) =>
  [...domain.bindings].flatMap(([id, variables]) => {
    const device = domain.devices.get(id);
    const feeds = [...variables.values()].flat().some(({ series }) => domain.series.get(series)?.point === point);
    return device !== undefined && feeds ? [device] : [];
  });

/** The points whose owner has this zone: how they stand at an instant, and what the day before brought. */
export const summaryOf = async (
  services: Services,
  zone: string,
  instant: number,
  moved?: () => void,
): Promise<Summary> => {
  const { domain, store, clock } = services;
  const now = clock.now();
  const to = midnight(instant, zone);
  // Noon of the day before is in it, however long it was.
  const from = midnight(to - day / 2, zone);
  const heard = new Map((await store.read.contacts()).map(({ device, at }) => [device, at]));
  const alerts = Map.groupBy(await store.read.openAlerts({ limit: alertsAtMost }), ({ point }) => point);
  const points: PointDay[] = [];
  for (const point of domain.points.values()) {
    if ((domain.owners.get(point.owner ?? '')?.zone ?? defaultZone) !== zone || point.state === 'INACTIVE') continue;
    const devices = devicesOf(services, point.id);
    const contacts = devices.flatMap(({ id }) => heard.get(id) ?? []);
    const lastContact = contacts.length === 0 ? null : Math.max(...contacts);
    const heardOf = devices.some(({ id, silentAfterMs }) => now - (heard.get(id) ?? -Infinity) <= silentAfterMs);
    const newest = await store.read.valuesAt(point.series.map(({ id }) => ({ series: id, from: -Infinity, to: now })));
    const series: SeriesDay[] = [];
    for (const [index, one] of point.series.entries()) {
      const volume =
        one.kind === 'total'
          ? ((await volumesOf(services, { series: one.id, from, to, window: 'day', zone })).windows[0]?.volume ?? null)
          : null;
      series.push({ series: one, value: newest[index]?.value ?? null, volume });
    }
    moved?.();
    points.push({
      point,
      health:
        point.state === 'MAINTENANCE' || devices.length === 0
          ? 'quiet'
          : heardOf
            ? 'ok'
            : lastContact === null
              ? 'never'
              : 'silent',
      lastContact,
      openAlerts: alerts.get(point.id)?.length ?? 0,
      series,
    });
  }
  return { zone, date: civilDate(civilInZone(from, zone)), points };
};
