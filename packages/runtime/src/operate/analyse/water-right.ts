import { CaudalError, convert } from '@caudal/core';
import { quantiles } from '@caudal/quality';
import type { Analysed } from './samples.ts';
import { volumesOf } from './volumes.ts';
import { edgesOf } from './windows.ts';
import { statesOf } from './states.ts';

export interface UseOfRight {
  readonly point: string;
  readonly year: { readonly from: number; readonly to: number };
  /** As granted; null where the point does not say. */
  readonly granted: { readonly volumeM3: number | null; readonly flowLps: number | null };
  /** m³ since the year began; null without a reading. */
  readonly usedM3: number | null;
  /** Of the granted volume, 0 to 1 and above. */
  readonly share: number | null;
  /** Of the elapsed year, by readings. */
  readonly coverage: number;
  /** When the granted volume is used up at the pace of the last 30 days: the middle, and the span that 8 of 10 such days allow. */
  readonly usedUp: { readonly at: number; readonly earliest: number | null; readonly latest: number | null } | null;
  /** The largest mean of an hour this year, and hours above the granted flow; null without a series of flow. */
  readonly peakLps: { readonly at: number; readonly value: number } | null;
  readonly hoursAboveRight: number | null;
}

const day = 86_400_000;
const zoneOf = (zone: string | undefined) => zone ?? 'America/Santiago';

/** How much of its water right a point has used this year. */
export const useOfRight = async (
  services: Analysed,
  { point: id }: { readonly point: string },
): Promise<UseOfRight> => {
  const point = services.domain.points.get(id);
  if (point === undefined) throw new CaudalError('config', `there is no point "${id}"`, { sent: 'no' });
  const now = services.clock.now();
  const zone = zoneOf(point.zone);
  const [begin, end] = edgesOf(now, now + 1, 'year', zone) as readonly [number, number];
  const total = point.series.find(({ kind }) => kind === 'total');
  const flow = point.series.find(({ kind }) => kind === 'flow' || kind === 'averageFlow');
  const granted = {
    volumeM3: point.waterRight?.annualVolumeM3 ?? null,
    flowLps: point.waterRight?.flowLps ?? null,
  };

  const days =
    total === undefined
      ? undefined
      : await volumesOf(services, { series: total.id, from: begin, to: now, window: 'day', zone });
  const amounts = days?.windows.map(({ volume }) => (volume === null ? null : convert(volume, days.unit, 'm3'))) ?? [];
  const known = amounts.filter((amount) => amount !== null);
  const apart = days === undefined ? 0 : convert(days.unattributed, days.unit, 'm3');
  const usedM3 = known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, apart);

  const recent = (days?.windows ?? [])
    .map((window, index) => ({ ...window, amount: amounts[index] ?? null }))
    .filter(({ start, coverage }) => start >= now - 30 * day && coverage > 0.75)
    .flatMap(({ amount }) => (amount === null ? [] : [amount]));
  const left = granted.volumeM3 === null || usedM3 === null ? null : granted.volumeM3 - usedM3;
  const reach = (perDay: number | undefined) =>
    left === null || perDay === undefined ? null : left <= 0 ? now : perDay > 0 ? now + (left / perDay) * day : null;
  const [slow, middle, fast] = recent.length < 7 ? [] : quantiles(recent, [0.1, 0.5, 0.9]);
  const at = reach(middle);

  const hours =
    flow === undefined
      ? undefined
      : await statesOf(services, { series: flow.id, from: begin, to: now, window: 'hour', zone });
  const means = (hours?.windows ?? []).flatMap(({ start, mean }) =>
    mean === null ? [] : [{ at: start, value: convert(mean, hours?.unit ?? 'L/s', 'L/s') }],
  );
  const elapsed = now - begin;
  return {
    point: id,
    year: { from: begin, to: end },
    granted,
    usedM3,
    share: granted.volumeM3 === null || usedM3 === null ? null : usedM3 / granted.volumeM3,
    coverage:
      (days?.windows ?? []).reduce((sum, { coverage, start, end: until }) => sum + coverage * (until - start), 0) /
      elapsed,
    usedUp: at === null ? null : { at, earliest: reach(fast), latest: reach(slow) },
    peakLps: means.reduce<{ at: number; value: number } | null>(
      (most, one) => (most === null || one.value > most.value ? one : most),
      null,
    ),
    hoursAboveRight:
      hours === undefined || granted.flowLps === null
        ? null
        : means.filter(({ value }) => value > (granted.flowLps as number)).length,
  };
};
