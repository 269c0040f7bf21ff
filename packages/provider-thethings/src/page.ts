import { CaudalError, type DeviceRef, type Json, isJsonObject } from '@caudal/core';
import type { TheThingsDeviceSettings, TheThingsVariableSettings } from './config.ts';
import { identityOf, timeOf } from './item.ts';

export type TheThingsDevice = DeviceRef<TheThingsDeviceSettings, TheThingsVariableSettings>;

/**
 * Where a pull goes on. `rest` are the keys still to be read, the first of them now. Inside a window items at `until` or before
 * follow, of which those in `seen` were on the page before.
 */
export interface Page {
  readonly rest: readonly string[];
  readonly until?: number;
  readonly seen?: readonly string[];
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

/**
 * A page as it was handed out.
 * @throws CaudalError kind `bug` for anything else
 */
export const readPage = (page: Json | undefined): Page | undefined => {
  if (page === undefined) return undefined;
  const valid =
    isJsonObject(page) &&
    isTexts(page['rest']) &&
    page['rest'].length > 0 &&
    (page['until'] === undefined || Number.isSafeInteger(page['until'])) &&
    (page['seen'] === undefined || isTexts(page['seen']));
  if (!valid) throw new CaudalError('bug', 'the page was not handed out by this provider', { sent: 'no' });
  return page as unknown as Page;
};

const second = 1000;

/**
 * Bounds for the wire. Whether they belong to the range is not documented, nor whether the platform looks at milliseconds (the
 * official sample cuts them off). So the range is a little wider than the window, and its ends are whole seconds.
 */
export const boundsOf = ({ from, to }: { readonly from: number; readonly to: number }) => ({
  start: Math.floor((from - 1) / second) * second,
  end: Math.ceil(to / second) * second,
});

export interface Place {
  readonly until: number;
  readonly seen: readonly string[];
}

/**
 * Where a range goes on after a page, newest first: at the oldest instant, which is read again because more items may have it.
 * `undefined` when the page had nothing that the one before had not. A full page without anything new means that more items
 * than a page holds have one instant; key and instant are what a reading is known by, so the next page steps past it. `until`
 * always falls, so paging ends also at a server that ignores the bounds.
 */
export const after = (
  items: readonly unknown[],
  asked: { readonly start: number; readonly until: number; readonly seen: readonly string[]; readonly limit: number },
  zone: string | undefined,
): Place | undefined => {
  const read = items.filter(isJsonObject).flatMap((item) => {
    const at = timeOf(item, zone);
    return at === undefined ? [] : [{ at, identity: identityOf(item) }];
  });
  const before = new Set(asked.seen);
  const adds = read.some(({ identity }) => !before.has(identity));
  if (read.length === 0 || (!adds && items.length < asked.limit)) return undefined;
  let oldest = Infinity;
  for (const { at } of read) oldest = Math.min(oldest, at);
  const until = [Math.floor(oldest / second) * second + second, oldest + 1, oldest, oldest - 1].find(
    (instant) => instant < asked.until,
  );
  if (until === undefined || until <= asked.start) return undefined;
  return { until, seen: [...new Set(read.filter(({ at }) => at <= until).map(({ identity }) => identity))] };
};
