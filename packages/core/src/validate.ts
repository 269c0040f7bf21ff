import { Compile } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { pointerStep } from './json-pointer.ts';
import { sayMistake as say } from './mistake-words.ts';
import type { Param, Said } from './said.ts';
import type { Issue, JsonSchema, TypedSchema } from './schema.ts';

interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Compiled {
  Check(value: unknown): boolean;
  Errors(value: unknown): [boolean, readonly SchemaError[]];
}

const compiled = new WeakMap<object, Compiled>();

/** Compiling costs milliseconds and most schemas of an installed plugin are never used, so it happens at first use. */
const compile = (schema: JsonSchema): Compiled => {
  let validator = compiled.get(schema);
  if (validator === undefined) {
    validator = Compile(schema) as unknown as Compiled;
    compiled.set(schema, validator);
  }
  return validator;
};

/** Whether `value` fits `schema`. Fast: millions of small objects a second once compiled. */
export const fits = <T>(schema: TypedSchema<T>, value: unknown): value is T => compile(schema).Check(value);

/** Every unknown key counts one, before the error that names them all. */
const maxErrors = 10_000;

/**
 * TypeBox stops at eight errors unless its one process-wide setting says otherwise. The setting is put back at once: it
 * belongs to whoever else uses the same copy.
 */
const errorsOf = (validator: Compiled, value: unknown): readonly SchemaError[] => {
  const before = Settings.Get().maxErrors;
  Settings.Set({ maxErrors });
  try {
    return validator.Errors(value)[1];
  } finally {
    Settings.Set({ maxErrors: before });
  }
};

/** Every branch of a choice that a schema path runs through, outermost first. */
const branchesOf = (schemaPath: string): { readonly choice: string; readonly branch: string }[] =>
  [...schemaPath.matchAll(/\/(?:anyOf|oneOf)(?=\/\d)/g)].map(({ 0: keyword, index }) => {
    const choice = schemaPath.slice(0, index + keyword.length);
    return { choice, branch: /^\/\d+/.exec(schemaPath.slice(choice.length))?.[0] ?? '' };
  });

/**
 * Of a choice of shapes only those that the value claims to be: a `{ convention: 'depth' }` is told what a depth lacks, not
 * that it is no column. A shape is ruled out where a constant of it differs; when that leaves none, the constants are the news.
 */
const claimed = (errors: readonly SchemaError[]): readonly SchemaError[] => {
  const failing = new Map<string, Set<string>>();
  const ruledOut = new Map<string, Set<string>>();
  for (const { keyword, schemaPath } of errors) {
    const path = branchesOf(schemaPath);
    for (const { choice, branch } of path) failing.set(choice, (failing.get(choice) ?? new Set()).add(branch));
    const innermost = path.at(-1);
    if (keyword !== 'const' || innermost === undefined) continue;
    ruledOut.set(innermost.choice, (ruledOut.get(innermost.choice) ?? new Set()).add(innermost.branch));
  }
  return errors.filter(({ keyword, schemaPath }) =>
    branchesOf(schemaPath).every(({ choice, branch }) => {
      const out = ruledOut.get(choice);
      if (out?.has(branch) !== true) return true;
      return keyword === 'const' && out.size === failing.get(choice)?.size;
    }),
  );
};

/** Anything a schema names, as it can be shown and sent. */
const plain = (value: unknown): string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)
    ? (value as string | number | boolean | null)
    : (JSON.stringify(value, (_, inside: unknown) => (typeof inside === 'bigint' ? String(inside) : inside)) ?? '');

const plains = (values: unknown): Param => (values as readonly unknown[]).map(plain);

type Limited = 'minimum' | 'maximum' | `exclusive-${'minimum' | 'maximum'}` | `${'min' | 'max'}-${string}`;

const limit =
  (code: Extract<Parameters<typeof say>[0], Limited>) =>
  ({ instancePath, params }: SchemaError): Issue[] => [
    { path: instancePath, ...say(code as 'minimum', { limit: plain(params['limit']) }) },
  ];

const types = {
  string: 'type-string',
  number: 'type-number',
  integer: 'type-integer',
  boolean: 'type-boolean',
  object: 'type-object',
  array: 'type-array',
  null: 'type-null',
} as const;

const typed = (type: unknown): Said =>
  typeof type === 'string' && Object.hasOwn(types, type)
    ? say(types[type as keyof typeof types])
    : say('type-any', { types: plains([type].flat()) });

const here =
  (said: (params: SchemaError['params']) => Said) =>
  ({ instancePath, params }: SchemaError): Issue[] => [{ path: instancePath, ...said(params) }];

const together = here((params) =>
  say('needs-with', { needs: plains(params['dependencies']), key: plain(params['property']) }),
);
const nothingElse = here(() => say('unevaluated'));

/** What an error says, by keyword of JSON Schema. A refinement has its author's own words. */
const sentences: Readonly<Record<string, (error: SchemaError) => Issue[]>> = {
  boolean: () => [],
  anyOf: () => [],
  additionalProperties: ({ instancePath, params }) =>
    (params['additionalProperties'] as string[]).map((key) => ({
      path: instancePath + pointerStep(key),
      ...say('unknown-key', { key }),
    })),
  required: ({ instancePath, params }) =>
    (params['requiredProperties'] as string[]).map((key) => ({
      path: instancePath + pointerStep(key),
      ...say('required'),
    })),
  enum: ({ instancePath, params }) => [{ path: instancePath, ...oneOf(params['allowedValues'] as unknown[]) }],
  type: here(({ type }) => typed(type)),
  minimum: limit('minimum'),
  maximum: limit('maximum'),
  exclusiveMinimum: limit('exclusive-minimum'),
  exclusiveMaximum: limit('exclusive-maximum'),
  multipleOf: here((params) => say('multiple-of', { of: plain(params['multipleOf']) })),
  minLength: limit('min-length'),
  maxLength: limit('max-length'),
  minItems: limit('min-items'),
  maxItems: limit('max-items'),
  minProperties: limit('min-properties'),
  maxProperties: limit('max-properties'),
  uniqueItems: here(() => say('unique-items')),
  pattern: here(({ pattern }) => say('pattern', { pattern: String(pattern) })),
  format: here(({ format }) => say('format', { format: String(format) })),
  propertyNames: here((params) => say('key-names', { keys: plains(params['propertyNames']) })),
  dependencies: together,
  dependentRequired: together,
  contains: here((params) => say('contains-too-few', { limit: plain(params['minContains']) })),
  not: here(() => say('not-allowed')),
  oneOf: here(() => say('more-than-one-shape')),
  if: here((params) => say('other-branch', { branch: plain(params['failingKeyword']) })),
  unevaluatedItems: nothingElse,
  unevaluatedProperties: nothingElse,
};

const oneOf = (allowed: readonly unknown[]): Said => say('one-of', { allowed: plains(allowed) });

/**
 * Everything that is wrong with `value`, as JSON pointers and sentences a person can act on, each with its code, without the values themselves:
 * they may be secrets. Listing is many times dearer than {@link fits}: it is done only for values that do not fit, and stops
 * at `limit`.
 */
export const issuesOf = (schema: JsonSchema, value: unknown, limit = 100): Issue[] => {
  const validator = compile(schema);
  if (validator.Check(value)) return [];
  const errors = claimed(errorsOf(validator, value));
  const constants = new Map<string, unknown[]>();
  const issues = new Map<string, Issue>();
  const add = (issue: Issue) => issues.set(`${issue.path} ${issue.message}`, issue);
  for (const error of errors) {
    if (error.keyword === 'const') {
      const allowed = constants.get(error.instancePath) ?? [];
      constants.set(error.instancePath, [...allowed, error.params['allowedValue']]);
      continue;
    }
    const said = sentences[error.keyword]?.(error) ?? [{ path: error.instancePath, message: error.message }];
    for (const issue of said) add(issue);
  }
  for (const [path, allowed] of constants) add({ path, ...oneOf([...new Set(allowed)]) });
  if (issues.size === 0) add({ path: '', ...say('no-shape') });
  return [...issues.values()].slice(0, limit);
};
