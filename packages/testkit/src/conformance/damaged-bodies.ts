import { mulberry32 } from '../fakes/mulberry32.ts';

type Leaf = readonly (string | number)[];

/** The places of all scalars in a JSON value. */
const leavesOf = (value: unknown, at: Leaf = []): Leaf[] => {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, item]) =>
    leavesOf(item, [...at, Array.isArray(value) ? Number(key) : key]),
  );
};

const withLeaf = (json: string, leaf: Leaf, replacement: unknown): string => {
  const copy = JSON.parse(json) as Record<string | number, unknown>;
  let parent = copy;
  for (const key of leaf.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  const last = leaf.at(-1);
  if (last === undefined) return JSON.stringify(replacement);
  parent[last] = replacement;
  return JSON.stringify(copy);
};

const parsed = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

/** The bodies one gets by putting each of `values` in the place of each scalar of a JSON body (the first 60); none for other bodies. */
export const withScalarsReplaced = (body: Uint8Array, values: readonly unknown[]): Uint8Array[] => {
  const value = parsed(body);
  if (value === undefined) return [];
  const text = JSON.stringify(value);
  return leavesOf(value)
    .slice(0, 60)
    .flatMap((leaf) => values.map((replacement) => Buffer.from(withLeaf(text, leaf, replacement))));
};

const hostile = [
  '',
  ' ',
  'null',
  '0',
  '"x"',
  '[]',
  '{}',
  '[null]',
  '{"data":null}',
  '\ufeff{}',
  '<html>',
  '['.repeat(2000),
];

/** Of a large body, in bytes: enough that what grows with the square, or faster, does not end in time. */
const large = 128 * 1024;

const repeated = (part: string, length = large) =>
  new Uint8Array(Buffer.from(part.repeat(Math.ceil(length / part.length))));

/** A JSON value with every list in it repeated until it is about as large as a vendor's largest answer. */
const swollen = (value: unknown, times: number): unknown => {
  if (Array.isArray(value)) return Array.from({ length: times }, () => value.map((item) => swollen(item, 1))).flat();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, swollen(item, times)]));
};

/** Texts that a careless regular expression or number reader never comes to the end of. */
const tiring = [
  ...['1', ' ', 'a', '-', '.', ',', '/', '0', '\n', '1.', '1,', '{{', 'é'].map((part) => `${part.repeat(5000)}!`),
  '1e999999999',
  '-1e-999999999',
  `0.${'0'.repeat(5000)}1`,
];

const nested = (depth: number) => [
  `${'['.repeat(depth)}1${']'.repeat(depth)}`,
  `${'{"data":'.repeat(depth)}1${'}'.repeat(depth)}`,
];

/** Bodies that are large, deep or tiring to read; the same in every run. */
export const burdensomeBodies = (body: Uint8Array): Uint8Array[] => {
  const value = parsed(body);
  const whole =
    value === undefined
      ? [repeated(Buffer.from(body).toString('latin1') || ' ')]
      : [
          new Uint8Array(
            Buffer.from(JSON.stringify(swollen(value, Math.max(2, Math.floor(large / (body.length + 1)))))),
          ),
        ];
  return [
    ...whole,
    ...[' ', '0', '[', '{"a":', '"', 'a', '\n', ',', '\u0000'].map((part) => repeated(part)),
    ...[...tiring, ...nested(5000), '<!doctype html><html><body>Please sign in.</body></html>', '{"data": [1, 2'].map(
      (text) => new Uint8Array(Buffer.from(text)),
    ),
    ...withScalarsReplaced(body, tiring),
  ];
};

/** A few hundred bodies that a line, a proxy or a change at the vendor may make of `body`; the same in every run. */
export const damagedBodies = (given: Uint8Array): Uint8Array[] => {
  // Copied, because a slice of a Buffer shares its bytes with it.
  const body = new Uint8Array(given);
  const random = mulberry32(20_260_101);
  const below = (limit: number) => Math.floor(random() * limit);
  const noise = Array.from({ length: 40 }, () => Uint8Array.from({ length: below(80) }, () => below(256)));
  const truncated = Array.from({ length: 40 }, () => body.slice(0, below(body.length + 1)));
  const flipped = Array.from({ length: body.length === 0 ? 0 : 80 }, () => {
    const copy = body.slice();
    copy[below(copy.length)] = below(256);
    return copy;
  });
  return [
    ...hostile.map((text) => new Uint8Array(Buffer.from(text))),
    ...noise,
    ...truncated,
    ...flipped,
    ...withScalarsReplaced(body, [null, 'text', '', true, -1, 1e300, [], {}]),
  ];
};
