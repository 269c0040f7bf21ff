import type { JsonSchema } from '@caudal/core';
import type { Steps } from './property-path.ts';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const branches = (schema: JsonSchema): JsonSchema[] => [
  schema,
  ...['anyOf', 'oneOf', 'allOf'].flatMap((keyword) =>
    Array.isArray(schema[keyword]) ? schema[keyword].filter(isSchema).flatMap(branches) : [],
  ),
];

const inside = (schema: JsonSchema, step: string | number): JsonSchema[] =>
  branches(schema).flatMap((branch) => {
    if (typeof step === 'number') return isSchema(branch['items']) ? [branch['items']] : [];
    const { properties, patternProperties, additionalProperties } = branch;
    const named = isSchema(properties) && Object.hasOwn(properties, step) ? properties[step] : undefined;
    if (isSchema(named)) return [named];
    const patterns = isSchema(patternProperties) ? Object.values(patternProperties) : [];
    return [...patterns, additionalProperties].filter(isSchema);
  });

/** The property names that a schema knows at a place, over all shapes that a value there may have. */
export const keysAt = (schema: JsonSchema, steps: Steps): string[] => {
  const here = steps.reduce<JsonSchema[]>((schemas, step) => schemas.flatMap((one) => inside(one, step)), [schema]);
  return here.flatMap(branches).flatMap(({ properties }) => (isSchema(properties) ? Object.keys(properties) : []));
};
