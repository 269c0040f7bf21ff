import type { Column, Columns } from '@caudal/core';

/**
 * Calls back for every row of several columns in order of time; at one instant in the order of the names. What a rule finds
 * can so not depend on how the rows were cut into chunks.
 */
export const inTimeOrder = (
  columns: Columns,
  names: readonly string[],
  visit: (name: string, column: Column, index: number) => void,
): void => {
  const cursors = names.flatMap((name) => {
    const column = columns[name];
    return column === undefined || column.length === 0 ? [] : [{ name, column, index: 0 }];
  });
  for (;;) {
    let next: (typeof cursors)[number] | undefined;
    let soonest = Infinity;
    for (const cursor of cursors) {
      if (cursor.index >= cursor.column.length) continue;
      const at = cursor.column.time[cursor.index] as number;
      if (at < soonest) {
        soonest = at;
        next = cursor;
      }
    }
    if (next === undefined) return;
    visit(next.name, next.column, next.index);
    next.index += 1;
  }
};
