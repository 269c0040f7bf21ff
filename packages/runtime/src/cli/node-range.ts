const numbers = (version: string): number[] => version.replace(/^v/, '').split('.').map(Number);

const compare = (a: string, b: string): number => {
  const [left, right] = [numbers(a), numbers(b)];
  const at = [0, 1, 2].find((index) => (left[index] ?? 0) !== (right[index] ?? 0));
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
};

/** Whether a version is within a range of `>=` and `<` joined by `||`, as `engines.node` of this package is written. */
export const inRange = (version: string, range: string): boolean =>
  range.split('||').some((part) =>
    part
      .trim()
      .split(/\s+/)
      .every((bound) =>
        bound.startsWith('>=') ? compare(version, bound.slice(2)) >= 0 : compare(version, bound.slice(1)) < 0,
      ),
  );
