import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { Issue, JsonSchema, TSchema, TypedSchema } from './schema.ts';

interface Compiled {
  Check(value: unknown): boolean;
  Errors(value: unknown): {
    keyword: string;
    instancePath: string;
    message: string;
    params: Record<string, unknown>;
  }[];
}

const compiled = new WeakMap<object, Compiled>();

/** Compiling costs milliseconds and most schemas of an installed plugin are never used, so it happens at first use. */
const compile = (schema: JsonSchema): Compiled => {
  let validator = compiled.get(schema);
  if (validator === undefined) {
    validator = Compile(schema as unknown as TSchema) as unknown as Compiled;
    compiled.set(schema, validator);
  }
  return validator;
};

/** Whether `value` fits `schema`. Fast: about 4 million small objects a second. */
export const fits = <T>(schema: TypedSchema<T>, value: unknown): value is T => compile(schema).Check(value);

/**
 * Everything that is wrong with `value`, as JSON pointers and sentences a person can act on. Listing is about sixty times
 * dearer than {@link fits}: it is done only for values that do not fit, and stops at `limit`.
 */
export const issuesOf = (schema: JsonSchema, value: unknown, limit = 100): Issue[] => {
  const validator = compile(schema);
  if (validator.Check(value)) return [];
  const issues: Issue[] = [];
  const choices = new Map<string, string[]>();
  for (const error of validator.Errors(value)) {
    if (issues.length >= limit) break;
    if (error.keyword === 'boolean' || error.keyword === 'anyOf') continue;
    if (error.keyword === 'additionalProperties') {
      for (const key of error.params['additionalProperties'] as string[]) {
        issues.push({ path: `${error.instancePath}/${escapePointer(key)}`, message: `unknown key "${key}"` });
      }
    } else if (error.keyword === 'required') {
      for (const key of error.params['requiredProperties'] as string[]) {
        issues.push({ path: `${error.instancePath}/${escapePointer(key)}`, message: 'is required' });
      }
    } else if (error.keyword === 'const') {
      const allowed = choices.get(error.instancePath) ?? [];
      allowed.push(JSON.stringify(error.params['allowedValue']));
      choices.set(error.instancePath, allowed);
    } else {
      issues.push({ path: error.instancePath, message: error.message });
    }
  }
  for (const [path, allowed] of choices) issues.push({ path, message: `must be one of ${allowed.join(', ')}` });
  if (issues.length === 0) issues.push({ path: '', message: 'does not fit any of the allowed shapes' });
  return issues;
};

/** A copy of `value` in which every absent property that has a default carries it. Validate afterwards. */
export const withDefaults = <T>(schema: TypedSchema<T>, value: unknown): unknown =>
  Value.Default(schema as unknown as TSchema, structuredClone(value));

const escapePointer = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The JSON pointers of every property that `schema` marks as secret; array items and map values are written `*`. */
export const secretPaths = (schema: JsonSchema, at = ''): string[] => {
  const found = schema['secret'] === true ? [at] : [];
  const properties = schema['properties'] as Record<string, JsonSchema> | undefined;
  for (const [key, child] of Object.entries(properties ?? {})) {
    found.push(...secretPaths(child, `${at}/${escapePointer(key)}`));
  }
  const patterns = schema['patternProperties'] as Record<string, JsonSchema> | undefined;
  for (const child of Object.values(patterns ?? {})) found.push(...secretPaths(child, `${at}/*`));
  for (const keyword of ['items', 'additionalProperties'] as const) {
    const child = schema[keyword];
    if (typeof child === 'object' && child !== null) found.push(...secretPaths(child as JsonSchema, `${at}/*`));
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const) {
    for (const child of (schema[keyword] as JsonSchema[] | undefined) ?? []) found.push(...secretPaths(child, at));
  }
  return [...new Set(found)];
};
