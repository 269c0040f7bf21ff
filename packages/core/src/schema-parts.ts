import { pointerStep } from './json-pointer.ts';
import type { JsonSchema } from './schema.ts';

export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const schemaMap = (value: unknown): [string, JsonSchema][] =>
  isSchema(value) ? Object.entries(value).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])) : [];

export const schemaList = (value: unknown): JsonSchema[] => (Array.isArray(value) ? value.filter(isSchema) : []);

/** Follows `$ref` inside the document; what points elsewhere or nowhere stays as it is. */
export const dereference = (schema: JsonSchema, root: JsonSchema): JsonSchema => {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#')) return schema;
  let found: unknown = root;
  for (const step of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined;
  }
  return isSchema(found) ? found : schema;
};

/** The JSON pointers of every property that `schema` marks as secret; array items and map values are written `*`. */
export const secretPaths = (schema: JsonSchema, at = ''): string[] => {
  const found = new Set<string>();
  const visit = (written: JsonSchema, path: string, above: readonly JsonSchema[]) => {
    const part = dereference(written, schema);
    // A schema that contains itself has no last secret: its first round is what can be named.
    if (above.includes(part)) return;
    const inside = [...above, part];
    if (written['secret'] === true || part['secret'] === true) found.add(path);
    for (const [key, child] of schemaMap(part['properties'])) visit(child, path + pointerStep(key), inside);
    const anyKey = [
      ...schemaMap(part['patternProperties']).map(([, child]) => child),
      ...schemaList(part['prefixItems']),
      ...[part['items'], part['additionalProperties']].filter(isSchema),
    ];
    for (const child of anyKey) visit(child, `${path}/*`, inside);
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      for (const child of schemaList(part[keyword])) visit(child, path, inside);
    }
    for (const keyword of ['if', 'then', 'else']) {
      const child = part[keyword];
      if (isSchema(child)) visit(child, path, inside);
    }
  };
  visit(schema, at, []);
  return [...found];
};
