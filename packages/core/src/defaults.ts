import { dereference, isSchema, schemaList, schemaMap } from './schema-parts.ts';
import type { JsonSchema, TypedSchema } from './schema.ts';
import { fits } from './validate.ts';

const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** A copy of what JSON can hold; functions and class instances of a configuration are passed on as they are. */
const copy = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(copy);
  return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)])) : value;
};

const filled = (written: JsonSchema, given: unknown, root: JsonSchema): unknown => {
  const schema = dereference(written, root);
  const value = given === undefined ? copy(written['default'] ?? schema['default']) : given;
  const branch = chosen(schema, value, root);
  const whole = schemaList(schema['allOf']).reduce((all, part) => filled(part, all, root), branch);
  if (Array.isArray(whole)) {
    const { items } = schema;
    return isSchema(items) ? whole.map((item) => filled(items, item, root)) : whole;
  }
  if (!isPlain(whole)) return whole;
  const result: Record<string, unknown> = { ...whole };
  const properties = schemaMap(schema['properties']);
  for (const [key, child] of properties) {
    const item = filled(child, Object.hasOwn(whole, key) ? whole[key] : undefined, root);
    if (item !== undefined) result[key] = item;
  }
  const named = new Set(properties.map(([key]) => key));
  const patterns = schemaMap(schema['patternProperties']).map(([pattern, child]) => ({
    pattern: new RegExp(pattern, 'u'),
    child,
  }));
  const { additionalProperties } = schema;
  for (const key of Object.keys(whole)) {
    if (named.has(key)) continue;
    const child = patterns.find(({ pattern }) => pattern.test(key))?.child ?? additionalProperties;
    if (isSchema(child)) result[key] = filled(child, whole[key], root);
  }
  return result;
};

/** Of several shapes the first that fits once its own defaults are in; a value that fits none is left for validation. */
const chosen = (schema: JsonSchema, value: unknown, root: JsonSchema): unknown => {
  const branches = [...schemaList(schema['anyOf']), ...schemaList(schema['oneOf'])];
  if (value === undefined || branches.length === 0) return value;
  for (const branch of branches) {
    const candidate = filled(branch, value, root);
    const alone = root['$defs'] === undefined ? branch : { ...dereference(branch, root), $defs: root['$defs'] };
    if (fits(alone, candidate)) return candidate;
  }
  return value;
};

/**
 * A copy of `value` in which every absent property that has a default carries it, for TypeBox and hand-written schemas alike.
 * Validate afterwards. Neither the value nor the schema's defaults are shared with the copy.
 */
export const withDefaults = <T>(schema: TypedSchema<T>, value: unknown): unknown => filled(schema, copy(value), schema);
