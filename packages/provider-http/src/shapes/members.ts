import { isJsonObject } from '@caudal/core';
import { compilePath, type Place } from '../path.ts';
import type { At } from '../refuse.ts';
import { pointerTo } from '../template/pointer.ts';
import { placeAt } from './shape.ts';

/** Variables with what stands for them in one row. */
export type Members = (row: Place) => Iterable<readonly [variable: string, value: unknown]>;

interface Settings {
  readonly members?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly ignore?: readonly string[];
}

/** The named variables by their paths, or every member of the row that is nothing else. */
export const compileMembers = (settings: Settings, reserved: ReadonlySet<string>, at: At): Members => {
  const { members = '', variables, ignore = [] } = settings;
  const inside = compilePath(members, `${at}/members`);
  if (variables !== undefined) {
    const named = Object.entries(variables).map(
      ([name, path]) => [name, compilePath(path, pointerTo(`${at}/variables`, name))] as const,
    );
    return function* (row) {
      const here = members === '' ? row : placeAt(row, inside(row));
      for (const [name, find] of named) {
        const value = find(here);
        // A variable that this row does not have says nothing; only null says that there is no value.
        if (value !== undefined) yield [name, value];
      }
    };
  }
  const left = new Set([...ignore, ...(members === '' ? reserved : [])]);
  return function* (row) {
    const found = inside(row);
    if (!isJsonObject(found)) return;
    for (const entry of Object.entries(found)) if (!left.has(entry[0])) yield entry;
  };
};
