/** The way to a value of a form: keys and indexes. */
export type Path = readonly (string | number)[];

/** As the API names places: a JSON pointer. */
export const pointerOf = (path: Path): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inside, step) =>
      typeof inside === 'object' && inside !== null ? (inside as Record<string | number, unknown>)[step] : undefined,
    value,
  );

/** The same with another value there; undefined takes the key away, or the item out of its list. */
export const withValue = (value: unknown, path: Path, put: unknown): unknown => {
  const [step, ...rest] = path;
  if (step === undefined) return put;
  const inside = withValue(valueAt(value, [step]), rest, put);
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    if (inside === undefined && rest.length === 0) list.splice(step, 1);
    else list[step] = inside;
    return list;
  }
  const object = { ...(value as Record<string, unknown> | undefined) };
  if (inside === undefined) delete object[step];
  else object[step] = inside;
  return object;
};

/** Without objects and lists that hold nothing, where nothing needs them: an opened part that was left empty says nothing. */
export const withoutEmpty = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inside]) => {
      const kept = withoutEmpty(inside);
      return kept === undefined || kept === '' ? [] : [[key, kept]];
    }),
  );
};
