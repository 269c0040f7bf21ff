import { parseInstant } from '@caudal/core';

export type TheThingsValue = number | string | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>;

/** One value as it is given to the simulator. Times are UTC milliseconds. */
export interface TheThingsItem {
  readonly key: string;
  readonly value: TheThingsValue;
  readonly datetime: number;
  /** When it arrives: before that nobody sees it. Default: when it is added. */
  readonly created?: number;
  readonly geo?: { readonly lat: number; readonly long: number };
}

/** The same in wire form; answers to a request for one key may leave the key out. */
export interface TheThingsWireItem {
  readonly key?: string;
  readonly value: TheThingsValue;
  readonly datetime: string;
  readonly geo?: { readonly lat: number; readonly long: number };
}

export const wire = ({ key, value, datetime, geo }: TheThingsItem, withKey: boolean): TheThingsWireItem => ({
  ...(withKey ? { key } : {}),
  value,
  datetime: new Date(datetime).toISOString(),
  ...(geo === undefined ? {} : { geo }),
});

/** Letters, digits, `.`, `-`, `_` (API reference). */
export const isKey = (text: string): boolean => /^[A-Za-z0-9._-]+$/.test(text);

/** ISO 8601 with its zone, or `YYYYMMDDHHmmss` in UTC with or without a `T`; undefined for anything else. */
export const parseDate = (text: string): number | undefined => {
  const compact = /^(\d{4})(\d{2})(\d{2})T?(\d{2})(\d{2})(\d{2})$/;
  return compact.test(text) ? parseInstant(text.replace(compact, '$1-$2-$3T$4:$5:$6Z')) : parseInstant(text);
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values of a write; a string says what is wrong with it. `now` stands for a missing datetime. */
export const readWrite = (body: string, now: number): readonly TheThingsItem[] | string => {
  let sent: unknown;
  try {
    sent = JSON.parse(body);
  } catch {
    return 'Malformed JSON';
  }
  const values = isRecord(sent) ? sent['values'] : undefined;
  if (!Array.isArray(values) || values.length === 0) return 'values is required';
  const items: TheThingsItem[] = [];
  for (const one of values as unknown[]) {
    if (!isRecord(one) || typeof one['key'] !== 'string' || !isKey(one['key'])) return 'Invalid key';
    if (one['value'] === undefined) return 'value is required';
    const { datetime: text } = one;
    const datetime = text === undefined ? now : typeof text === 'string' ? parseDate(text) : undefined;
    if (datetime === undefined) return 'Invalid datetime';
    items.push({ key: one['key'], value: one['value'] as TheThingsValue, datetime });
  }
  return items;
};
