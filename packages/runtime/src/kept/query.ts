import { CaudalError } from '@caudal/core';
import { stepsOf, valueAt } from '../config/property-path.ts';
import type { Entity, KeptKind } from './entity.ts';

export interface EntityQuery {
  readonly kind: KeptKind;
  /** By path into the content, `place/region`: the text of what stands there, or of one of a list. */
  readonly where?: Readonly<Record<string, string>>;
  /** Only what belongs to the point: itself, what feeds, measures, owes or corrects a series of it, who is told of it. */
  readonly point?: string;
  /** Part of the id or name, case aside. */
  readonly text?: string;
  readonly origin?: Entity['origin'];
  /** Path that is sorted by; default the id. `-` before it turns the order round. */
  readonly sort?: string;
  /** `next` of the page before. */
  readonly after?: string;
  /** At most 1000; default 100. */
  readonly limit?: number;
  /** A further condition, for example of what an asker may see. */
  readonly only?: (entity: Entity) => boolean;
}

export interface EntityPage<T = Entity> {
  readonly items: readonly T[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
  readonly total: number;
}

const pageLimit = 1000;

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no', scope: 'item' });
};

const textAt = (entity: Entity, path: string): unknown =>
  path === 'id' ? entity.id : valueAt(entity.content, stepsOf(`/${path}`, entity.content));

/** Text, numbers and yes or no; of anything larger nothing. */
const plainText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const fits = (found: unknown, wanted: string): boolean =>
  Array.isArray(found) ? found.some((one) => fits(one, wanted)) : found !== undefined && plainText(found) === wanted;

/** Series that a thing names, wherever it does. */
const seriesIn = ({ content }: Entity): readonly string[] => [
  ...(typeof content['series'] === 'string' ? [content['series']] : []),
  ...Object.values((content['members'] ?? {}) as Record<string, { series?: string }>).flatMap(
    ({ series }) => series ?? [],
  ),
];

const names = (entity: Entity, list: 'points' | 'owners', wanted: unknown): boolean => {
  const named = entity.content[list];
  return wanted !== undefined && Array.isArray(named) && named.includes(wanted);
};

/** @param owner that the point names */
const belongsTo = (entity: Entity, point: string, owner: unknown): boolean => {
  if (entity.kind === 'points') return entity.id === point;
  if (names(entity, 'points', point) || names(entity, 'owners', owner)) return true;
  return seriesIn(entity).some((series) => series.startsWith(`${point}/`));
};

type SortKey = readonly [string | number, string];

/** Numbers before texts, what is not there first. */
const keyOf = (entity: Entity, path: string): SortKey => {
  const value = textAt(entity, path);
  return [typeof value === 'number' ? value : plainText(value), entity.id];
};
const compareValues = (a: string | number, b: string | number): number =>
  typeof a === typeof b ? (a < b ? -1 : Number(a > b)) : typeof a === 'number' ? -1 : 1;
const compareKeys = (a: SortKey, b: SortKey): number => compareValues(a[0], b[0]) || compareValues(a[1], b[1]);

const writeCursor = (key: SortKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');
const readCursor = (text: string): SortKey => {
  try {
    const key = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
    if (
      Array.isArray(key) &&
      key.length === 2 &&
      typeof key[1] === 'string' &&
      ['string', 'number'].includes(typeof key[0])
    )
      return key as unknown as SortKey;
  } catch {
    // It is refused below, like any other text that is no cursor.
  }
  return refuse('this is no place in the list; begin anew without "after"');
};

/** A page of what fits, in one order that holds while things come and go. */
export const queryEntities = (all: Iterable<Entity>, query: EntityQuery): EntityPage => {
  const { kind, where = {}, point, text, origin, sort = 'id', after, limit = 100, only } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > pageLimit)
    refuse(`limit is a whole number from 1 to ${pageLimit}`);
  const [path, sign] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1];
  const part = text?.toLowerCase();
  const entities = [...all];
  const owner = entities.find((one) => one.kind === 'points' && one.id === point)?.content['owner'];
  const found = entities.filter(
    (entity) =>
      entity.kind === kind &&
      (origin === undefined || entity.origin === origin) &&
      (part === undefined || `${entity.id} ${plainText(entity.content['name'])}`.toLowerCase().includes(part)) &&
      (point === undefined || belongsTo(entity, point, owner)) &&
      Object.entries(where).every(([at, wanted]) => fits(textAt(entity, at), wanted)) &&
      (only === undefined || only(entity)),
  );
  const order = (a: SortKey, b: SortKey) => sign * compareKeys(a, b);
  const keyed = found.map((entity) => ({ entity, key: keyOf(entity, path) })).toSorted((a, b) => order(a.key, b.key));
  const from = after === undefined ? undefined : readCursor(after);
  const rest = from === undefined ? keyed : keyed.filter(({ key }) => order(key, from) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ entity }) => entity),
    next: rest.length > page.length && last !== undefined ? writeCursor(last.key) : null,
    total: found.length,
  };
};
