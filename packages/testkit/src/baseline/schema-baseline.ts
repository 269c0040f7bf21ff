import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { JsonSchema } from '@caudal/core';
import { schemaBreaks } from './schema-breaks.ts';

/** Every schema of a plugin as it was last published, without its texts. */
export interface SchemaBaseline {
  readonly spec: string;
  readonly id: string;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** For people only: changing them breaks nobody. */
const texts = new Set(['description', 'title', 'examples', '$comment']);

const byText = (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : 1);

/** A copy with sorted keys and requirements, and without texts; property names are kept whatever they are. */
const canonical = (value: unknown, names = false): unknown => {
  if (Array.isArray(value)) return value.map((item) => canonical(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== undefined && (names || !texts.has(key)))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => {
        if (!names && key === 'required' && Array.isArray(item)) return [key, item.toSorted(byText)];
        return [key, canonical(item, !names && (key === 'properties' || key === '$defs'))];
      }),
  );
};

/** The baseline of a plugin as it is now. */
export const schemaBaseline = (
  definition: { readonly spec: string; readonly id: string },
  schemas: Readonly<Record<string, { readonly schema: JsonSchema }>>,
): SchemaBaseline => ({
  spec: definition.spec,
  id: definition.id,
  schemas: Object.fromEntries(
    Object.entries(schemas).map(([name, { schema }]) => [name, canonical(schema) as JsonSchema]),
  ),
});

/** The committed baseline; undefined where there is none yet. */
export const readBaseline = (file: URL): SchemaBaseline | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SchemaBaseline) : undefined;

export const writeBaseline = (file: URL, baseline: SchemaBaseline): void => {
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(baseline, null, 2)}\n`);
};

/** What users of the committed baseline would notice; `/place: sentence`, with the name of the schema. */
export const baselineBreaks = (before: SchemaBaseline, now: SchemaBaseline): string[] => [
  ...(['spec', 'id'] as const)
    .filter((key) => before[key] !== now[key])
    .map((key) => `${key}: was ${before[key]} and is ${now[key]}`),
  ...Object.entries(before.schemas).flatMap(([name, schema]) => {
    const is = now.schemas[name];
    return is === undefined ? [`${name}: is gone`] : schemaBreaks(schema, is).map((told) => `${name} ${told}`);
  }),
];
