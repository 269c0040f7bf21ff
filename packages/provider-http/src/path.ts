import { isJsonObject } from '@caudal/core';
import { type At, refuse } from './refuse.ts';

/** Where a path starts: the item at hand, the whole body, the record's headers, and what was asked. */
export interface Place {
  readonly item: unknown;
  readonly root: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly device: string | undefined;
  readonly variable: string | undefined;
}

/** Finds a value; `undefined` where there is none. */
export type Finder = (place: Place) => unknown;

type Step = string | number | { readonly asked: 'device' | 'variable' };

const stepPattern = /^(?:\.?\{(device|variable)\}|\[(-?\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]{}]+))/;

const stepsOf = (text: string, at: At): readonly Step[] => {
  const steps: Step[] = [];
  let rest = text;
  while (rest !== '') {
    const match = stepPattern.exec(rest);
    if (match === null)
      return refuse(at, `"${text}" is no path: write a.b[0], ["a.b"], {variable}, $.from.the.root or header:name`);
    const [whole, asked, index, quoted, name] = match;
    if (asked !== undefined) steps.push({ asked: asked as 'device' | 'variable' });
    else if (index !== undefined) steps.push(Number(index));
    else steps.push(quoted === undefined ? (name ?? '') : (JSON.parse(quoted) as string));
    rest = rest.slice(whole.length);
  }
  return steps;
};

const stepInto = (value: unknown, step: string | number): unknown => {
  if (Array.isArray(value)) {
    const index = typeof step === 'number' ? step : /^\d+$/.test(step) ? Number(step) : Number.NaN;
    return value.at(index < 0 || Number.isNaN(index) ? (Number.isNaN(index) ? value.length : index) : index) as unknown;
  }
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
};

/**
 * Compiles a path. `a.b[0]` goes from the item at hand, `$.a` from the whole body, `header:name` reads a header of the record;
 * `{variable}` and `{device}` stand for what was asked, `["a.b"]` for a key with dots, `[-1]` for the last. An empty path is the
 * item itself.
 *
 * @throws CaudalError kind `config` that names the place
 */
export const compilePath = (text: string, at: At): Finder => {
  const header = /^header:([A-Za-z0-9!#$%&'*+.^_`|~-]+)$/.exec(text)?.[1]?.toLowerCase();
  if (header !== undefined) return ({ headers }) => (Object.hasOwn(headers, header) ? headers[header] : undefined);
  const fromRoot = text.startsWith('$');
  const steps = stepsOf(fromRoot ? text.slice(1) : text, at);
  const [only] = steps;
  if (!fromRoot && steps.length === 1 && typeof only === 'string') return ({ item }) => stepInto(item, only);
  return (place) => {
    let found = fromRoot ? place.root : place.item;
    for (const step of steps) {
      const key = typeof step === 'object' ? place[step.asked] : step;
      if (key === undefined) return undefined;
      found = stepInto(found, key);
    }
    return found;
  };
};

/** The last key of a path, for readers that want to know which numbers to keep spelled; undefined for an index. */
export const lastKey = (text: string): string | undefined => /(?:^|\.)([^.[\]{}$]+)$/.exec(text)?.[1];
