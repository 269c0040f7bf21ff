/** Most lines of a difference that are shown. */
const mostShown = 60;

/** Longest stretch that is compared line by line; the table of it grows with the square. */
const mostCompared = 600;

/** Lines around a change that say where it is. */
const around = 2;

/** The longest common subsequence, as what is gone (`-`), new (`+`) or the same (` `). */
const merged = (before: readonly string[], after: readonly string[]): string[] => {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  const at = (row: number, column: number) => table[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    const line = table[row] as Uint16Array;
    for (let column = after.length - 1; column >= 0; column -= 1) {
      line[column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: string[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      lines.push(`  ${before[row]}`);
      row += 1;
      column += 1;
    } else if (row < before.length && (column >= after.length || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(`- ${before[row]}`);
      row += 1;
    } else {
      lines.push(`+ ${after[column]}`);
      column += 1;
    }
  }
  return lines;
};

/** The lines that differ: `-` is expected and did not come, `+` came and is not expected. Empty when there are none. */
export const differences = (expected: readonly string[], came: readonly string[]): string[] => {
  const shortest = Math.min(expected.length, came.length);
  let start = 0;
  while (start < shortest && expected[start] === came[start]) start += 1;
  let end = 0;
  while (end < shortest - start && expected.at(-1 - end) === came.at(-1 - end)) end += 1;
  if (start === expected.length && start === came.length) return [];
  const gone = expected.slice(start, expected.length - end);
  const fresh = came.slice(start, came.length - end);
  const whole =
    Math.max(gone.length, fresh.length) > mostCompared
      ? [...gone.map((line) => `- ${line}`), ...fresh.map((line) => `+ ${line}`)]
      : merged(gone, fresh);
  const lines = [
    ...expected.slice(Math.max(0, start - around), start).map((line) => `  ${line}`),
    ...whole,
    ...expected.slice(expected.length - end, expected.length - end + around).map((line) => `  ${line}`),
  ];
  return lines.length <= mostShown
    ? lines
    : [...lines.slice(0, mostShown), `… and ${lines.length - mostShown} lines more`];
};
