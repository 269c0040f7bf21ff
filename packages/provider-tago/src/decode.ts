import {
  CaudalError,
  createProblemList,
  type DecodeContext,
  type Decoded,
  isJsonObject,
  type JsonObject,
  parseInstant,
  type RawRecord,
  type Reading,
  readValue,
} from '@caudal/core';
import { parseBody } from './body.ts';
import type { TagoDeviceSettings } from './config.ts';
import { refusalOf } from './refusals.ts';

const refuse = (why: string): never => {
  throw new CaudalError('invalid-data', why, { scope: 'item' });
};

/** Items of an answer (`result`), of a webhook (the array itself), or one item alone. */
const itemsOf = (body: unknown): readonly unknown[] => {
  if (Array.isArray(body)) return body;
  if (!isJsonObject(body)) return refuse('the body is neither a list of items nor an answer');
  if (refusalOf(body) !== undefined) return refuse('the body is a refusal, not data');
  if (Array.isArray(body['result'])) return body['result'];
  if (typeof body['variable'] === 'string') return [body];
  return refuse('the body has no list of items');
};

/** The device an item without a `device` belongs to: the one that was asked. */
const askedDevice = ({ envelope }: RawRecord, context: DecodeContext<TagoDeviceSettings>): string | undefined =>
  envelope.asked?.devices?.[0] ?? (envelope.device === undefined ? undefined : context.externalId(envelope.device));

/** A variable read with a token of its own comes from another TagoIO device, but belongs to the logger that was asked. */
const belongsToAsked = ({ envelope }: RawRecord): boolean => {
  const page = envelope.asked?.page;
  return isJsonObject(page) && page['token'] === 'variable';
};

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** An item's reading; a string says why there is none; undefined: a place without a value, which is no reading. */
const readItem = (
  item: JsonObject,
  asked: string | undefined,
  override: boolean,
  context: DecodeContext<TagoDeviceSettings>,
  sentinels: readonly number[],
): Reading | string | undefined => {
  const variable = text(item['variable']);
  if (variable === undefined) return 'the item names no variable';
  if (item['value'] === undefined)
    return isJsonObject(item['location']) || Array.isArray(item['location']) ? undefined : 'the item has no value';
  const device = (override ? asked : text(item['device'])) ?? asked;
  if (device === undefined) return 'the item names no device';
  const time = text(item['time']);
  if (time === undefined) return 'the item has no time';
  const settings = context.settings(device);
  const at = parseInstant(time, settings?.zone);
  if (at === undefined) return 'the time is none, or has no zone and the device declares none';
  const unit = text(item['unit']);
  const vendorId = text(item['id']);
  const vendorAt = parseInstant(text(item['created_at']) ?? '');
  return {
    device,
    variable,
    at,
    ...readValue(item['value'], settings?.sentinels ?? sentinels),
    ...(unit === undefined ? {} : { unit }),
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(vendorAt === undefined ? {} : { vendorAt }),
  };
};

/**
 * Readings of an answer of `GET /data` or of a webhook body. Numbers, and texts that are decimal numbers, are values; anything
 * else (booleans too: TagoIO does not say what they count) is a reading without a value, `NOT_A_NUMBER`; a sentinel is one with
 * `SENTINEL`. `raw` keeps the body's own digits. Items that only tell a place give nothing.
 *
 * @param sentinels fault codes for devices whose settings list none
 * @throws CaudalError kind `invalid-data` when nothing of the body can be read
 */
export const decodeTago = (
  record: RawRecord,
  context: DecodeContext<TagoDeviceSettings>,
  sentinels: readonly number[] = [],
): Decoded => {
  const asked = askedDevice(record, context);
  const override = belongsToAsked(record);
  const readings: Reading[] = [];
  const problems = createProblemList('items');
  for (const [index, item] of itemsOf(parseBody(record.body)).entries()) {
    const found = isJsonObject(item)
      ? readItem(item, asked, override, context, sentinels)
      : 'the item is not an object';
    if (typeof found === 'string') problems.tell(found, `/${index}`);
    else if (found !== undefined) readings.push(found);
  }
  return { readings, problems: problems.all() };
};
