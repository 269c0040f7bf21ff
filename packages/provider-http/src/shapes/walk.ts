import { isJsonObject, SpelledNumber } from '@caudal/core';
import type { Answer, Shape } from '../config/answer.ts';
import { compilePath, type Finder, lastKey } from '../path.ts';
import type { At } from '../refuse.ts';
import { columnsShape } from './columns.ts';
import { listShape } from './list.ts';
import { mapShape } from './map.ts';
import { objectShape } from './object.ts';
import { rowsShape } from './rows.ts';
import { placeAt, type ShapeParts, type Walk } from './shape.ts';

const shapes: {
  readonly [T in Shape['type']]: (shape: Extract<Shape, { type: T }>, parts: ShapeParts, at: At) => Walk;
} = { map: mapShape, list: listShape, object: objectShape, rows: rowsShape, columns: columnsShape };

const idOf = (value: unknown): string | undefined => {
  const text = value instanceof SpelledNumber ? value.text : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
};

/** One part for each device: `{ "pump 1": …, "pump 2": … }`, or `[{ "id": "pump 1", … }]`. */
const eachDevice = (each: NonNullable<Answer['each']>, inner: Walk, at: At): Walk => {
  const inside = compilePath(each.at ?? '', `${at}/at`);
  const device: Finder | undefined = each.device === 'key' ? undefined : compilePath(each.device, `${at}/device`);
  return (place, visitor) => {
    const parts = inside(place);
    const list = Array.isArray(parts) ? parts.entries() : isJsonObject(parts) ? Object.entries(parts) : undefined;
    if (list === undefined) return 'there are no parts by device';
    for (const [key, part] of list) {
      const here = placeAt(place, part);
      const named = device === undefined ? String(key) : idOf(device(here));
      if (named === undefined) {
        visitor.odd?.('the part names no device', `/${String(key)}`);
        continue;
      }
      const wrong = inner({ ...here, device: named }, visitor);
      if (wrong !== undefined) visitor.odd?.(wrong, `/${String(key)}`);
    }
    return undefined;
  };
};

/** The first key of a path, which is a member of the row it starts from. */
const firstKey = (path: string | undefined): string | undefined => /^[^.[\]{}$:]+/.exec(path ?? '')?.[0];

/** Everything between a parsed body and its values. @throws CaudalError kind `config` that names the place */
export const compileWalk = (answer: Answer, at: At): Walk => {
  const reserved = [answer.time.at, answer.device, answer.unit, answer.id, answer.storedAt?.at]
    .map(firstKey)
    .filter((key) => key !== undefined);
  const parts: ShapeParts = { time: compilePath(answer.time.at, `${at}/time/at`), reserved: new Set(reserved) };
  const compile = shapes[answer.shape.type] as (shape: Shape, parts: ShapeParts, at: At) => Walk;
  const shaped = compile(answer.shape, parts, `${at}/shape`);
  const items = compilePath(answer.items ?? '', `${at}/items`);
  const inItems: Walk = (place, visitor) => {
    const found = items(place);
    if (found === undefined && answer.missing === 'empty') return undefined;
    return found === undefined ? 'the body has no items' : shaped(placeAt(place, found), visitor);
  };
  return answer.each === undefined ? inItems : eachDevice(answer.each, inItems, `${at}/each`);
};

/** Keys whose numbers must keep their spelling; undefined: all, because values stand under the names of variables or in lists. */
export const spelledKeys = ({ shape, id, device, each }: Answer): ReadonlySet<string> | undefined => {
  if (shape.type !== 'map' && shape.type !== 'list') return undefined;
  const names = [id, device, each?.device, shape.type === 'list' ? shape.variable : undefined];
  const named = [shape.value, ...names.filter((path) => path !== undefined)];
  const keys = named.map(lastKey);
  return keys.includes(undefined) ? undefined : new Set(keys as string[]);
};
