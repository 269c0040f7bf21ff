import type { JsonSchema } from '@caudal/core';

/** One schema inside a schema. */
export interface SchemaPart {
  /** JSON pointer of the property it describes; items and map values are `*`. */
  readonly path: string;
  readonly schema: JsonSchema;
  /** The name, where the part is a named property. */
  readonly property?: string;
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema and every schema inside it. */
export const schemaParts = (schema: JsonSchema, path = '', property?: string): SchemaPart[] => {
  const parts: SchemaPart[] = [{ path, schema, ...(property === undefined ? {} : { property }) }];
  for (const [name, child] of Object.entries((schema['properties'] as object | undefined) ?? {})) {
    if (isSchema(child)) parts.push(...schemaParts(child, `${path}/${name}`, name));
  }
  for (const child of Object.values((schema['patternProperties'] as object | undefined) ?? {})) {
    if (isSchema(child)) parts.push(...schemaParts(child, `${path}/*`));
  }
  for (const keyword of ['items', 'additionalProperties', 'not', 'if', 'then', 'else']) {
    const child = schema[keyword];
    if (isSchema(child)) parts.push(...schemaParts(child, keyword === 'items' ? `${path}/*` : path));
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
    const children = schema[keyword];
    if (Array.isArray(children)) {
      for (const child of children) if (isSchema(child)) parts.push(...schemaParts(child, path));
    }
  }
  return parts;
};

const types = new Set(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']);

type Fault = string | false;

const keywords: Record<string, (value: unknown, schema: JsonSchema) => Fault> = {
  type: (value) => {
    const named = Array.isArray(value) ? value : [value];
    return !named.every((type) => types.has(type as string)) && `unknown type ${JSON.stringify(value)}`;
  },
  properties: (value) => !isSchema(value) && 'properties is no object',
  required: (value, schema) => {
    if (!Array.isArray(value)) return 'required is no list';
    const known = Object.keys((schema['properties'] as object | undefined) ?? {});
    const missing = value.filter((name) => !known.includes(name as string));
    return missing.length > 0 && `requires what it does not describe: ${missing.join(', ')}`;
  },
  pattern: (value) => {
    try {
      new RegExp(value as string, 'u').test('');
      return false;
    } catch {
      return `pattern ${JSON.stringify(value)} is no regular expression`;
    }
  },
  enum: (value) => (!Array.isArray(value) || value.length === 0) && 'enum is no list of values',
  anyOf: (value) => (!Array.isArray(value) || value.length === 0) && 'anyOf is no list of schemas',
  minimum: (value) => typeof value !== 'number' && 'minimum is no number',
  maximum: (value) => typeof value !== 'number' && 'maximum is no number',
  description: (value) => typeof value !== 'string' && 'description is no text',
};

/** What makes a part no valid JSON Schema. */
export const faultsOf = ({ path, schema }: SchemaPart): string[] =>
  Object.entries(schema).flatMap(([keyword, value]) => {
    const fault = keywords[keyword]?.(value, schema) ?? false;
    return fault === false ? [] : [`${path === '' ? '(root)' : path}: ${fault}`];
  });
