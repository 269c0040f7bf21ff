import { canonicalJson, type Domain, type DeviceInfo, type PointInfo, type SeriesInfo } from '../config/domain.ts';
import type { Redecode, Reopen } from '../store/rows.ts';

/** What has to be done again because the data is another. */
export interface Effects {
  /** Points whose values are to be judged again. */
  readonly reopened: readonly Reopen[];
  /** Devices whose records are to be decoded again. */
  readonly redecode: readonly Omit<Redecode, 'serial'>[];
}

const same = (a: unknown, b: unknown) => a === b || canonicalJson(a) === canonicalJson(b);

/** Beginning of time, for what has no date: data of before 1970 is not expected. */
const always = 0;

/** Of two lists of dated things: the earliest date of one that is in one list alone; undefined when there is none. */
const earliestChange = <T extends { readonly from: number }>(before: readonly T[], after: readonly T[]) => {
  const texts = (list: readonly T[]) => new Set(list.map(canonicalJson));
  const [old, now] = [texts(before), texts(after)];
  const changed = [
    ...before.filter((one) => !now.has(canonicalJson(one))),
    ...after.filter((one) => !old.has(canonicalJson(one))),
  ];
  return changed.length === 0 ? undefined : Math.max(always, Math.min(...changed.map(({ from }) => from)));
};

const bindingsOf = (domain: Domain, device: string) => [...(domain.bindings.get(device)?.values() ?? [])].flat();

/** What a device's records say depends on these alone. */
const decoding = ({ provider, externalId, settings, variables }: DeviceInfo) => ({
  provider,
  externalId,
  settings,
  variables,
});

/** From when on the values of a series would be converted otherwise. */
const conversionChange = (before: SeriesInfo | undefined, after: SeriesInfo | undefined): number | undefined => {
  if (before === after || after === undefined) return undefined;
  if (before === undefined) return undefined;
  if (before.unit !== after.unit || before.opaque !== after.opaque) return always;
  return earliestChange(before.meters, after.meters);
};

const redecodeOf = (before: Domain, after: Domain, device: DeviceInfo): number | undefined => {
  const old = before.devices.get(device.id);
  const now = bindingsOf(after, device.id);
  if (now.length === 0) return undefined;
  if (old === undefined || !same(decoding(old), decoding(device))) return always;
  const changes = [
    earliestChange(bindingsOf(before, device.id), now),
    ...now.map(({ series }) => conversionChange(before.series.get(series), after.series.get(series))),
  ].filter((at) => at !== undefined);
  return changes.length === 0 ? undefined : Math.min(...changes);
};

/** What the judge of a point is opened with. */
const judging = ({ rules, series }: PointInfo) => ({ rules, series });

/** From one set of data to the next. */
export const effectsOf = (before: Domain, after: Domain, why: string): Effects => {
  const reopened = [...after.points.values()].flatMap((point): Reopen[] => {
    const old = before.points.get(point.id);
    return old === undefined || old === point || same(judging(old), judging(point))
      ? []
      : [{ point: point.id, from: always, reason: why }];
  });
  const redecode = [...after.devices.values()].flatMap((device) => {
    const from = redecodeOf(before, after, device);
    return from === undefined ? [] : [{ instance: device.provider, device: device.id, from }];
  });
  return { reopened, redecode };
};
