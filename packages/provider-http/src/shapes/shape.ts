import type { Place } from '../path.ts';

/** One value as it lies in a body. */
export interface Found {
  /** Item from which device, unit and id are read. */
  readonly place: Place;
  /** Undefined where the body does not name it and none was asked alone. */
  readonly variable: string | undefined;
  /** Undefined where the item has none. */
  readonly value: unknown;
  /** The time as it stands there. */
  readonly time: unknown;
  /** Where, for a person: evaluated only when something is wrong. */
  where(): string;
}

export interface Visitor {
  /** Once for each row that a vendor's limit counts; `series` is its variable where rows belong to one. */
  row?(time: unknown, series: string | undefined): void;
  value?(found: Found): void;
  /** Something that is no row although it stands where rows stand. */
  odd?(reason: string, where: string): void;
}

/** Walks over the values of a body. @returns a reason when the items are not of this shape at all */
export type Walk = (place: Place, visitor: Visitor) => string | undefined;

/** What every shape knows besides its own settings. */
export interface ShapeParts {
  readonly time: (place: Place) => unknown;
  /** Members of a row that are never variables: those from which time, device, unit and id are read. */
  readonly reserved: ReadonlySet<string>;
}

/** The same place with another item. */
export const placeAt = (place: Place, item: unknown): Place => ({ ...place, item });
