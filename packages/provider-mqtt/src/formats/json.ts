import { isJsonObject, parseSpelledJson } from '@caudal/core';
import { at, fieldsOf, textOf } from '../body.ts';
import type { Collector } from '../collector.ts';
import type { MqttFormat } from '../config.ts';
import { nothingIn } from '../nothing.ts';
import { readTime, type Timing } from '../times.ts';

type JsonFormat = Extract<MqttFormat, { type: 'json' }>;

interface Item {
  readonly value: unknown;
  readonly place: string;
  readonly key?: string;
}

/** A list has items, anything else is one. */
const listed = (found: unknown, place: string, key?: string): Item[] => {
  const named = key === undefined ? {} : { key };
  return Array.isArray(found)
    ? found.map((value: unknown, index) => ({ value, place: `${place}/${index}`, ...named }))
    : [{ value: found, place, ...named }];
};

/** With `keys`, the values of an object are items, or lists of items, of their key. */
const itemsOf = (found: unknown, { items = '', keys }: JsonFormat): Item[] =>
  keys !== undefined && isJsonObject(found)
    ? Object.entries(found).flatMap(([key, value]) => listed(value, `${items}/${key}`, key))
    : listed(found, items);

const pointed = (value: unknown, pointer: string | undefined): string | undefined =>
  pointer === undefined ? undefined : textOf(at(value, pointer));

/** Every field of an item is a variable, but those that say something else and what `fields` does not name. */
const readFields = ({ value, place, key }: Item, time: Timing, format: JsonFormat, out: Collector): void => {
  if (!isJsonObject(value)) return out.problem('the item is not an object: say where value and variable are', place);
  const device = (format.keys === 'device' ? key : undefined) ?? pointed(value, format.device);
  const unit = pointed(value, format.unit);
  const vendorId = pointed(value, format.id);
  const claimed = new Set([format.time?.path, format.device, format.unit, format.id].map((path) => `${place}${path}`));
  for (const field of fieldsOf(value, place)) {
    const { name, pointer } = field;
    if (claimed.has(pointer) || (format.fields !== undefined && !format.fields.includes(name))) continue;
    out.add({ device, variable: name, value: field.value, time, unit, vendorId }, pointer);
  }
};

const readItem = (item: Item, format: JsonFormat, out: Collector): void => {
  const { value, place, key } = item;
  const device = (format.keys === 'device' ? key : undefined) ?? pointed(value, format.device);
  const zone = out.zone(device ?? out.device);
  const time =
    format.time === undefined ? 'absent' : readTime(at(value, format.time.path), format.time.as ?? 'iso', zone);
  const variable = (format.keys === 'variable' ? key : undefined) ?? pointed(value, format.variable);
  const single = format.value !== undefined || format.variable !== undefined || format.keys === 'variable';
  if (!single && out.variable === undefined) return readFields(item, time, format, out);
  const found = at(value, format.value ?? '');
  if (isJsonObject(found) && format.value === undefined)
    return out.problem('the item is an object: say where its value is', place);
  out.add(
    {
      device,
      variable,
      value: found,
      time,
      unit: pointed(value, format.unit),
      vendorId: pointed(value, format.id),
    },
    `${place}${format.value ?? ''}`,
  );
};

/** JSON mapped by paths. One value an item where value or variable are named, in the format or in the topic; else one a field. */
export const decodeJson = (body: Uint8Array, out: Collector, format: JsonFormat): void => {
  const found = at(parseSpelledJson(body), format.items ?? '');
  if (found === undefined) return nothingIn(`the payload has nothing at ${format.items}`);
  for (const item of itemsOf(found, format)) readItem(item, format, out);
};
