import type { JsonSchema } from '@caudal/core';
import fc from 'fast-check';

type Schemas = Readonly<Record<string, JsonSchema>>;

const constantOf = (schema: JsonSchema): fc.Arbitrary<unknown> | undefined => {
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  return Array.isArray(schema['enum']) ? fc.constantFrom(...(schema['enum'] as unknown[])) : undefined;
};

const textOf = (schema: JsonSchema): fc.Arbitrary<string> => {
  const pattern = schema['pattern'] as string | undefined;
  const [minLength, maxLength] = [
    (schema['minLength'] as number) ?? 0,
    Math.min((schema['maxLength'] as number) ?? 40, 60),
  ];
  if (pattern === undefined) return fc.string({ minLength, maxLength: Math.max(minLength, maxLength), unit: 'binary' });
  if (pattern.startsWith('^\\d{4}-'))
    return fc
      .integer({ min: Date.UTC(2025, 11, 25), max: Date.UTC(2026, 0, 10) })
      .map((at) => new Date(at).toISOString());
  return fc
    .stringMatching(new RegExp(pattern))
    .map((text) => text.slice(0, (schema['maxLength'] as number) ?? text.length));
};

const byType: Readonly<Record<string, (schema: JsonSchema, schemas: Schemas) => fc.Arbitrary<unknown>>> = {
  string: textOf,
  integer: (schema) =>
    fc.integer({ min: (schema['minimum'] as number) ?? -5, max: Math.min((schema['maximum'] as number) ?? 50, 1_000) }),
  number: (schema) =>
    fc.double({ noNaN: true, min: (schema['minimum'] as number) ?? -5, max: (schema['maximum'] as number) ?? 1e6 }),
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  array: (schema, schemas) =>
    fc.array(arbitraryOf((schema['items'] ?? {}) as JsonSchema, schemas), {
      minLength: (schema['minItems'] as number) ?? 0,
      maxLength: Math.min((schema['maxItems'] as number) ?? 4, 4),
    }),
  object: (schema, schemas) => {
    const required = (schema['required'] ?? []) as string[];
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
    return fc.record(Object.fromEntries(properties.map(([name, one]) => [name, arbitraryOf(one, schemas)])), {
      requiredKeys: required,
    });
  },
};

/** Values that fit a schema of the document, as far as such a schema says what fits. */
export const arbitraryOf = (schema: JsonSchema, schemas: Schemas = {}): fc.Arbitrary<unknown> => {
  const reference = schema['$ref'];
  if (typeof reference === 'string')
    return arbitraryOf(schemas[reference.slice(reference.lastIndexOf('/') + 1)] ?? {}, schemas);
  const constant = constantOf(schema);
  if (constant !== undefined) return constant;
  if (Array.isArray(schema['anyOf']))
    return fc.oneof(...(schema['anyOf'] as JsonSchema[]).map((one) => arbitraryOf(one, schemas)));
  return byType[schema['type'] as string]?.(schema, schemas) ?? fc.jsonValue({ maxDepth: 2 });
};

/** What nobody meant: of other types, too long, of the kind that breaks careless programs. */
export const nonsense = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    '',
    ' ',
    "' OR 1=1 --",
    '../../etc/passwd',
    '\u0000',
    '\ud800',
    '%',
    'a'.repeat(5_000),
    '9'.repeat(400),
    '1e999',
    -1,
    1e308,
    Number.MAX_SAFE_INTEGER,
    0.1,
    null,
    true,
    [],
    {},
    ['constructor'],
    { toString: 1 },
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T00:00:00',
    '=cmd|calc',
  ),
);
