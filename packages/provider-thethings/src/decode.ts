import {
  createProblemList,
  type DecodeContext,
  type Decoded,
  readValue,
  type RawRecord,
  type Reading,
  isJsonObject,
  type JsonObject,
} from '@caudal/core';
import { parseBody } from './body.ts';
import type { TheThingsDeviceSettings } from './config.ts';
import { identityOf, itemsOf, timeOf } from './item.ts';

/** What the record says about its items beside what they say themselves. */
interface Asked {
  readonly device: string | undefined;
  /** The one key that was asked for: items may leave it out. */
  readonly key: string | undefined;
  /** Items that the page before had already. */
  readonly seen: ReadonlySet<unknown>;
}

const askedOf = ({ envelope }: RawRecord, context: DecodeContext<TheThingsDeviceSettings>): Asked => {
  const { devices, variables = [], page } = envelope.asked ?? {};
  const facts: JsonObject = isJsonObject(page) ? page : {};
  return {
    device: devices?.[0] ?? (envelope.device === undefined ? undefined : context.externalId(envelope.device)),
    key: variables.length === 1 && facts['all'] !== true ? variables[0] : undefined,
    seen: new Set(Array.isArray(facts['seen']) ? facts['seen'] : []),
  };
};

/** An item's reading; a string says why there is none; undefined: a place without a value, which is no reading. */
const readItem = (
  item: JsonObject,
  { device, key: asked }: Asked,
  zone: string | undefined,
): Reading | string | undefined => {
  const { key = asked, value } = item;
  if (typeof key !== 'string' || key === '') return 'the item names no key';
  if (value === undefined) return isJsonObject(item['geo']) ? undefined : 'the item has no value';
  if (device === undefined) return 'it is not known which device the item belongs to';
  const at = timeOf(item, zone);
  if (at === undefined) return 'the datetime is none, or has no zone and the device declares none';
  return { device, variable: key, at, ...readValue(value) };
};

/**
 * Readings of an answer or of a message of the stream. Numbers, and texts that are decimal numbers, are values; booleans,
 * objects, lists, `null` and other texts are readings without a value, `NOT_A_NUMBER`. `raw` keeps the body's own digits. Items
 * that the page before had already are left out. An answer with 404 (the key was never written) or 304 has no readings.
 *
 * @throws CaudalError kind `invalid-data` when nothing of the body can be read
 */
export const decodeTheThings = (record: RawRecord, context: DecodeContext<TheThingsDeviceSettings>): Decoded => {
  const { status } = record.envelope;
  if (status === 404 || status === 304) return { readings: [], problems: [] };
  const asked = askedOf(record, context);
  const zone = asked.device === undefined ? undefined : context.settings(asked.device)?.zone;
  const readings: Reading[] = [];
  const problems = createProblemList('items');
  for (const [index, item] of itemsOf(parseBody(record.body)).entries()) {
    if (!isJsonObject(item)) problems.tell('the item is not an object', `/${index}`);
    else if (asked.seen.size === 0 || !asked.seen.has(identityOf(item))) {
      const found = readItem(item, asked, zone);
      if (typeof found === 'string') problems.tell(found, `/${index}`);
      else if (found !== undefined) readings.push(found);
    }
  }
  return { readings, problems: problems.all() };
};
