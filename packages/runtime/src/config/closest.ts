/** Edits (insert, delete, replace, swap of neighbours) between two words: optimal string alignment. */
const distance = (a: string, b: string): number => {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min(
        (last[column] as number) + 1,
        (next[column - 1] as number) + 1,
        (last[column - 1] as number) + same,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (before[column - 2] as number) + 1);
      }
      next.push(least);
    }
    [before, last] = [last, next];
  }
  return last.at(-1) as number;
};

/** One word with more around it, such as `timezone` and `zone`. */
const holds = (long: string, short: string): boolean => short.length >= 4 && long.includes(short);

/** The known word that was probably meant: at most a third of it is wrong, case aside, or one holds the other. */
export const closest = (word: string, known: Iterable<string>): string | undefined => {
  const lower = word.toLowerCase().slice(0, 64);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(lower.length / 3)) + 1;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const edits = holds(lower, other) || holds(other, lower) ? 1 : distance(lower, other);
    if (edits >= least) continue;
    [best, least] = [candidate, edits];
  }
  return best;
};

/** `; did you mean "x"?`, or nothing. */
export const didYouMean = (word: string, known: Iterable<string>): string => {
  const meant = closest(word, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
};
