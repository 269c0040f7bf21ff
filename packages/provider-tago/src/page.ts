import { CaudalError, type DeviceRef, type Json, parseInstant, type SecretReference, isJsonObject } from '@caudal/core';
import type { TagoDeviceSettings, TagoVariableSettings } from './config.ts';

export type TagoDevice = DeviceRef<TagoDeviceSettings, TagoVariableSettings>;

/**
 * Where a pull goes on. One request has one token, so variables with tokens of their own follow those of the device.
 *
 * `group` counts tokens; `alone` lists variables that an answer to several of them lacked and that are asked one by one;
 * `from` and `skip` are the place inside a window: items at or after `from`, less the first `skip`.
 */
export interface Page {
  readonly group: number;
  readonly token: 'device' | 'variable';
  readonly alone?: readonly string[];
  readonly from?: number;
  readonly skip?: number;
}

/** Variables that one request can ask for: those that share a token. */
export interface Group {
  readonly token: 'device' | 'variable';
  readonly credential: SecretReference | undefined;
  readonly variables: readonly string[];
}

/** The device's own variables first, then one group for each token of single variables, in order of appearance. */
export const groupsOf = (device: TagoDevice): Group[] => {
  const byToken = new Map<SecretReference | undefined, string[]>();
  for (const { name, settings } of device.variables) {
    const names = byToken.get(settings.token);
    if (names === undefined) byToken.set(settings.token, [name]);
    else names.push(name);
  }
  const groups: Group[] = [];
  const own = byToken.get(undefined);
  if (own !== undefined) groups.push({ token: 'device', credential: device.credential, variables: own });
  for (const [credential, variables] of byToken)
    if (credential !== undefined) groups.push({ token: 'variable', credential, variables });
  return groups;
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * A page as it was handed out.
 * @throws CaudalError kind `bug` for anything else
 */
export const readPage = (page: Json | undefined): Page | undefined => {
  if (page === undefined) return undefined;
  const valid =
    isJsonObject(page) &&
    isCount(page['group']) &&
    (page['token'] === 'device' || page['token'] === 'variable') &&
    (page['from'] === undefined || Number.isSafeInteger(page['from'])) &&
    (page['skip'] === undefined || isCount(page['skip'])) &&
    (page['alone'] === undefined ||
      (Array.isArray(page['alone']) && page['alone'].every((name) => typeof name === 'string')));
  if (!valid) throw new CaudalError('bug', 'the page was not handed out by this provider', { sent: 'no' });
  return page as unknown as Page;
};

interface Item {
  readonly variable: unknown;
  readonly time: unknown;
}

const timeOf = (item: unknown): number | undefined =>
  isJsonObject(item) && typeof item['time'] === 'string' ? parseInstant(item['time']) : undefined;

/**
 * Where a full page ends. Key-set: the next request begins at the last instant again, because more items may have it; they
 * come twice rather than never. Where a whole page has one instant, or is not in ascending order, the next request skips what
 * was seen: so no number of items at one instant is lost or loops.
 */
export const after = (
  items: readonly unknown[],
  asked: { readonly from: number; readonly skip: number; readonly limit: number },
): { readonly from: number; readonly skip: number } | undefined => {
  if (items.length < asked.limit) return undefined;
  const times = items.map(timeOf);
  const last = times.at(-1);
  const ascending = times.every((time, index) => time !== undefined && time >= (times[index - 1] ?? -Infinity));
  return ascending && last !== undefined && last > asked.from
    ? { from: last, skip: 0 }
    : { from: asked.from, skip: asked.skip + items.length };
};

/** Variables that were asked together and of which the answer has no item. */
export const missingFrom = (items: readonly unknown[], asked: readonly string[]): string[] => {
  const found = new Set(items.filter(isJsonObject).map((item) => (item as unknown as Item).variable));
  return asked.length < 2 ? [] : asked.filter((name) => !found.has(name));
};
