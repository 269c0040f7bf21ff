import type { JsonSchema } from '@caudal/core';

/** Two schemas of one place, before and now, with the documents they stand in. */
interface Pair {
  readonly before: JsonSchema;
  readonly now: JsonSchema;
  readonly roots: { readonly before: JsonSchema; readonly now: JsonSchema };
  readonly path: string;
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown) => JSON.stringify(value);
const same = (one: unknown, other: unknown) => shown(one) === shown(other);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const mapOf = (value: unknown): Readonly<Record<string, JsonSchema>> =>
  isSchema(value) ? (value as Record<string, JsonSchema>) : {};

/** Follows `$ref` inside the document, with what stands beside it. */
const followed = (schema: JsonSchema, root: JsonSchema): JsonSchema => {
  const { $ref, ...beside } = schema;
  if (typeof $ref !== 'string' || !$ref.startsWith('#')) return schema;
  let found: unknown = root;
  for (const step of $ref.slice(1).split('/').slice(1)) {
    found = isSchema(found) ? found[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return isSchema(found) ? { ...found, ...beside } : schema;
};

type Compare = (pair: Pair) => string[];

const typesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const type: Compare = ({ before, now }) => {
  if (now['type'] === undefined) return [];
  const taken = new Set(typesOf(now['type']));
  if (taken.has('number')) taken.add('integer');
  const lost = typesOf(before['type']).filter((one) => !taken.has(one));
  return lost.length === 0 ? [] : [`type was ${shown(before['type'] ?? 'any')} and is ${shown(now['type'])}`];
};

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined => {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined;
};

const values: Compare = ({ before, now }) => {
  const taken = valuesOf(now);
  if (taken === undefined) return [];
  const lost = valuesOf(before)?.filter((one) => !taken.some((other) => same(one, other)));
  if (lost === undefined) return [`took any value and takes only ${taken.map(shown).join(', ')}`];
  return lost.map((one) => `no longer takes ${shown(one)}`);
};

const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const opaque = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'not', 'if', 'then', 'else', 'contains'];

const limits: Compare = ({ before, now }) => {
  const narrower = (keyword: string, tighter: (is: number, was: number) => boolean): string[] => {
    const [was, is] = [before[keyword], now[keyword]];
    if (typeof is !== 'number' || (typeof was === 'number' && !tighter(is, was))) return [];
    return [`${keyword} was ${shown(was ?? 'none')} and is ${is}`];
  };
  return [
    ...lower.flatMap((keyword) => narrower(keyword, (is, was) => is > was)),
    ...upper.flatMap((keyword) => narrower(keyword, (is, was) => is < was)),
    ...opaque
      .filter((keyword) => now[keyword] !== undefined && !same(now[keyword], before[keyword]))
      .map((keyword) => `${keyword} was ${shown(before[keyword] ?? 'none')} and is ${shown(now[keyword])}`),
  ];
};

const marks: Compare = ({ before, now }) => {
  const told: string[] = [];
  if ((before['secret'] === true) !== (now['secret'] === true)) {
    told.push(now['secret'] === true ? 'is now marked secret' : 'is no longer marked secret');
  }
  if (before['default'] !== undefined && now['default'] === undefined) {
    told.push(`the default ${shown(before['default'])} is gone`);
  }
  return told;
};

/** What is wrong inside, with its places; own faults of the pair come without. */
const inside = ({ before, now, roots, path }: Pair, seen: readonly string[]): string[] => {
  const at = (child: string, was: unknown, is: unknown): string[] =>
    isSchema(was) && isSchema(is) ? breaksAt({ before: was, now: is, roots, path: `${path}${child}` }, seen) : [];
  const [had, has] = [mapOf(before['properties']), mapOf(now['properties'])];
  const required = new Set(listOf(before['required']));
  const place = (name: string) => `${path}/${name}`;
  const closes = (was: unknown, is: unknown) => was !== false && is === false;
  const [wasOpen, isOpen] = [before['additionalProperties'], now['additionalProperties']];
  const [wasItems, isItems] = [before['items'], now['items']];
  const [hadPatterns, hasPatterns] = [mapOf(before['patternProperties']), mapOf(now['patternProperties'])];
  const whole = path === '' ? '(root)' : path;
  return [
    ...Object.keys(had)
      .filter((name) => has[name] === undefined)
      .map((name) => `${place(name)}: is gone`),
    ...listOf(now['required'])
      .filter((name) => !required.has(name) && has[name as string]?.['default'] === undefined)
      .map((name) => `${place(name as string)}: is now required`),
    ...Object.entries(had).flatMap(([name, was]) => at(`/${name}`, was, has[name])),
    ...Object.keys(hadPatterns)
      .filter((name) => hasPatterns[name] === undefined && !isSchema(isOpen) && isOpen === false)
      .map((name) => `${whole}: keys like ${name} are no longer taken`),
    ...Object.entries(hadPatterns).flatMap(([name, was]) => at('/*', was, hasPatterns[name])),
    ...(before['type'] === 'object' && closes(wasOpen, isOpen) && Object.keys(hadPatterns).length === 0
      ? [`${whole}: no longer takes other keys`]
      : []),
    ...(before['type'] === 'object' && !isSchema(wasOpen) && wasOpen !== false && isSchema(isOpen)
      ? [`${whole}: other keys must now fit a schema`]
      : []),
    ...at('/*', wasOpen, isOpen),
    ...(before['type'] === 'array' && !isSchema(wasItems) && isSchema(isItems)
      ? [`${whole}: items must now fit a schema`]
      : []),
    ...at('/*', wasItems, isItems),
    ...listOf(before['prefixItems']).flatMap((was, index) => at(`/${index}`, was, listOf(now['prefixItems'])[index])),
  ];
};

const choices = (schema: JsonSchema): readonly JsonSchema[] | undefined => {
  const found = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(found) ? found.filter(isSchema) : undefined;
};

/** Each shape that was taken must fit one that is; of several that do not, the nearest tells what is wrong. */
const alternatives = ({ before, now, roots, path }: Pair, seen: readonly string[]): string[] => {
  const [were, are] = [choices(before), choices(now)];
  if (were === undefined && are === undefined) return [];
  const { anyOf: _anyOf, oneOf: _oneOf, ...bare } = before;
  const { anyOf: _any, oneOf: _one, ...rest } = now;
  return (were ?? [bare]).flatMap((was) => {
    const tried = (are ?? [rest]).map((is) => breaksAt({ before: was, now: is, roots, path }, seen));
    return tried.toSorted((one, other) => one.length - other.length)[0] ?? [];
  });
};

const conditions: Compare = ({ before, now }) => {
  const were = listOf(before['allOf']);
  const added = listOf(now['allOf']).filter((is) => !were.some((was) => same(was, is)));
  return added.length === 0 ? [] : ['has other conditions (allOf)'];
};

const breaksAt = (pair: Pair, seen: readonly string[]): string[] => {
  const before = followed(pair.before, pair.roots.before);
  const now = followed(pair.now, pair.roots.now);
  const key = shown([before, now]);
  // A schema that contains itself was compared in its first round.
  if (seen.includes(key)) return [];
  const whole = { ...pair, before, now };
  const deeper = [...seen, key];
  // One shape against several: each is compared with its own, below.
  const oneSided = (choices(before) === undefined) !== (choices(now) === undefined);
  const own = [marks, ...(oneSided ? [] : [type, values, limits]), conditions];
  const told = own.flatMap((compare) => compare(whole));
  const place = pair.path === '' ? '(root)' : pair.path;
  return [...told.map((sentence) => `${place}: ${sentence}`), ...inside(whole, deeper), ...alternatives(whole, deeper)];
};

/**
 * Where `now` refuses a value that `before` took, or treats it otherwise: a property that is gone or newly required, a narrower
 * type, choice or limit, a default that is gone, another secret marking. `/place: sentence` each; empty when nothing breaks.
 */
export const schemaBreaks = (before: JsonSchema, now: JsonSchema): string[] => [
  ...new Set(breaksAt({ before, now, roots: { before, now }, path: '' }, [])),
];
