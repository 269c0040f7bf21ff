/** The way to a value inside another: keys and indexes. */
export type Steps = readonly (string | number)[];

/** As one writes it in TypeScript: `points[0].series.flow`, with quotes where a key is no name. */
export const pathText = (steps: Steps): string =>
  steps
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');

const part = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]]+)/g;

/** What `pathText` wrote, as a JSON pointer (RFC 6901). */
export const pointerFrom = (path: string): string =>
  [...path.matchAll(part)]
    .map(([, index, quoted, name]) => index ?? (quoted === undefined ? (name ?? '') : (JSON.parse(quoted) as string)))
    .map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

/** The steps of a JSON pointer (RFC 6901) into `value`: whether a step is an index is for the value to say. */
export const stepsOf = (pointer: string, value: unknown): Steps => {
  let inside = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(inside) ? Number(key) : key;
      inside = valueAt(inside, [step]);
      return step;
    });
};

/** What stands at the end of the way, or undefined. */
export const valueAt = (value: unknown, steps: Steps): unknown =>
  steps.reduce<unknown>(
    (inside, step) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, step)
        ? (inside as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
