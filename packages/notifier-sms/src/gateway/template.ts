import type { Json } from '@caudal/core';

/** What a template may name. */
export type Values = Readonly<Record<'to' | 'toDigits' | 'text' | 'key' | 'encoding' | 'segments', string>>;

const names: ReadonlySet<string> = new Set<keyof Values>(['to', 'toDigits', 'text', 'key', 'encoding', 'segments']);

const placeholder = /\{([A-Za-z]+)\}/g;

/** The placeholders in a template's strings that nobody fills. */
export const unknownIn = (template: unknown): string[] => {
  if (typeof template === 'string')
    return Array.from(template.matchAll(placeholder), ([, name = '']) => name).filter((name) => !names.has(name));
  return typeof template === 'object' && template !== null ? Object.values(template).flatMap(unknownIn) : [];
};

export const fill = (template: string, values: Values): string =>
  template.replaceAll(placeholder, (whole, name: string) => (names.has(name) ? values[name as keyof Values] : whole));

/** Fills every string of a JSON template. Values become parts of strings, never structure: a text cannot add a field. */
export const fillJson = (template: unknown, values: Values): Json => {
  if (typeof template === 'string') return fill(template, values);
  if (Array.isArray(template)) return template.map((item) => fillJson(item, values));
  if (typeof template === 'object' && template !== null) return fillAll(template, (item) => fillJson(item, values));
  return template as Json;
};

export const fillAll = <T, R>(
  templates: Readonly<Record<string, T>> | object,
  one: (template: T) => R,
): Record<string, R> =>
  Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, one(template as T)]));
