import { describe, expect, test } from 'vitest';
import {
  Binding,
  closedObject,
  fits,
  around,
  issuesOf,
  type JsonSchema,
  sayer,
  schemaOf,
  secretPaths,
  SecretRef,
  Type,
  withDefaults,
} from '@caudal/core';

const Settings = schemaOf(
  closedObject({
    mode: Type.Enum(['poll', 'push']),
    every: Type.Optional(Type.Integer({ minimum: 1, default: 5 })),
    retry: Type.Optional(closedObject({ times: Type.Integer({ default: 3 }) }, { default: {} })),
    token: Type.Optional(SecretRef),
    tags: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.String(), { additionalProperties: false }),
    ),
  }),
);

/** As a plugin author without TypeBox would write it. */
const handWritten: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', default: 'https://api.example.test' },
    token: { $ref: '#/$defs/token' },
    list: { type: 'array', items: { type: 'object', properties: { size: { type: 'integer', default: 1 } } } },
  },
  $defs: { token: { type: 'string', secret: true } },
};

describe('issuesOf', () => {
  test.each([
    [{ mode: 'poll' }, []],
    [{}, [{ path: '/mode', message: 'is required' }]],
    [{ mode: 'pull' }, [{ path: '/mode', message: 'must be one of "poll", "push"' }]],
    [{ mode: 'poll', evry: 1 }, [{ path: '/evry', message: 'unknown key "evry"' }]],
    [{ mode: 'poll', 'a/b~c': 1 }, [{ path: '/a~1b~0c', message: 'unknown key "a/b~c"' }]],
    [{ mode: 'poll', every: 0 }, [{ path: '/every', message: 'must be >= 1' }]],
    [{ mode: 'poll', every: 1.5 }, [{ path: '/every', message: 'must be integer' }]],
    [{ mode: 'poll', retry: {} }, [{ path: '/retry/times', message: 'is required' }]],
    [{ mode: 'poll', tags: { A1: 'x' } }, [{ path: '/tags/A1', message: 'unknown key "A1"' }]],
    [null, [{ path: '', message: 'must be object' }]],
  ])('%j', (value, expected) => {
    expect(issuesOf(Settings, value)).toMatchObject(expected);
    expect(issuesOf(Settings, value)).toHaveLength(expected.length);
    expect(fits(Settings, value)).toBe(expected.length === 0);
  });

  test('never repeats a value: it may be a secret in the wrong place', () => {
    const issues = JSON.stringify(issuesOf(Settings, { mode: 'hunter2', token: 'hunter2', every: 'hunter2' }));
    expect(issues).not.toContain('hunter2');
    expect(issues).toContain('/token');
  });

  test('of several shapes the one that was meant is explained', () => {
    const schema = schemaOf(Binding);
    const binding = { device: 'd', variable: 'v', series: 'p/level' };
    expect(issuesOf(schema, { ...binding, level: { convention: 'depth' } })).toMatchObject([
      { path: '/level/sensorDepthM', message: 'is required' },
    ]);
    expect(issuesOf(schema, { ...binding, level: { convention: 'raw', sensorDepthM: 3 } })).toMatchObject([
      { path: '/level/sensorDepthM', message: 'unknown key "sensorDepthM"' },
    ]);
    expect(issuesOf(schema, { ...binding, level: { convention: 'dept', sensorDepthM: 3 } })).toMatchObject([
      { path: '/level/convention', message: 'must be one of "raw", "column", "depth"' },
    ]);
  });

  test('stops at the limit', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 1]));
    expect(issuesOf(Settings, { mode: 'poll', ...many })).toHaveLength(100);
    expect(issuesOf(Settings, { mode: 'poll', ...many }, 3)).toHaveLength(3);
  });

  test('takes hand-written JSON Schema', () => {
    expect(issuesOf(handWritten, { url: 'x', token: 1, more: 2 })).toMatchObject([
      { path: '/more', message: 'unknown key "more"' },
      { path: '/token', message: 'must be string' },
    ]);
  });
});

describe('every keyword of a schema', () => {
  const of = (schema: JsonSchema, value: unknown) =>
    issuesOf(schema, value).map(({ code, params, message }) => ({ code, params, message }));

  test.each<[JsonSchema, unknown, string, object, string]>([
    [{ type: 'string' }, 1, 'type-string', {}, 'must be string'],
    [
      { type: ['string', 'null'] },
      1,
      'type-any',
      { types: ['string', 'null'] },
      'must be one of the types "string", "null"',
    ],
    [{ type: 'number', minimum: 0.5 }, 0, 'minimum', { limit: 0.5 }, 'must be >= 0.5'],
    [{ type: 'number', exclusiveMinimum: 0 }, 0, 'exclusive-minimum', { limit: 0 }, 'must be > 0'],
    [{ type: 'number', maximum: 5 }, 6, 'maximum', { limit: 5 }, 'must be <= 5'],
    [{ type: 'number', exclusiveMaximum: 5 }, 5, 'exclusive-maximum', { limit: 5 }, 'must be < 5'],
    [{ type: 'number', multipleOf: 5 }, 6, 'multiple-of', { of: 5 }, 'must be multiple of 5'],
    [{ type: 'string', minLength: 2 }, 'a', 'min-length', { limit: 2 }, 'must not have fewer than 2 characters'],
    [{ type: 'string', maxLength: 2 }, 'abc', 'max-length', { limit: 2 }, 'must not have more than 2 characters'],
    [{ type: 'string', pattern: '^a$' }, 'b', 'pattern', { pattern: '^a$' }, 'must match pattern "^a$"'],
    [{ type: 'array', minItems: 1 }, [], 'min-items', { limit: 1 }, 'must not have fewer than 1 items'],
    [{ type: 'array', maxItems: 1 }, [1, 2], 'max-items', { limit: 1 }, 'must not have more than 1 items'],
    [{ type: 'array', uniqueItems: true }, [1, 1], 'unique-items', {}, 'must not have duplicate items'],
    [{ type: 'object', minProperties: 1 }, {}, 'min-properties', { limit: 1 }, 'must not have fewer than 1 properties'],
    [
      { type: 'object', maxProperties: 0 },
      { a: 1 },
      'max-properties',
      { limit: 0 },
      'must not have more than 0 properties',
    ],
    [{ enum: ['a', 1, null] }, 'b', 'one-of', { allowed: ['a', 1, null] }, 'must be one of "a", 1, null'],
    [{ const: 'a' }, 'b', 'one-of', { allowed: ['a'] }, 'must be one of "a"'],
    [{ not: { type: 'string' } }, 'b', 'not-allowed', {}, 'must not be valid'],
  ])('%j says its code', (schema, value, code, params, message) => {
    expect(of(schema, value)).toContainEqual({ code, params, message });
    expect(of(schema, value).every((issue) => issue.code !== undefined)).toBe(true);
  });
});

test('a sentence has all that fills it, and what is said around it only when it is given', () => {
  const say = sayer({ ...around, few: 'has {count} of {list}' });
  expect(say('few', { count: 2, list: ['a', 1] })).toEqual({
    code: 'few',
    params: { count: 2, list: ['a', 1] },
    message: 'has 2 of "a", 1',
  });
  expect(say('few', { count: 2, list: '{count}', character: 3, meant: undefined }).message).toBe(
    'at character 3: has 2 of {count}',
  );
  // @ts-expect-error -- a sentence without what fills it is refused by its type
  say('few', { count: 2 });
});

describe('withDefaults', () => {
  test('fills what is absent, keeps what is there, adds nothing without a default', () => {
    expect(withDefaults(Settings, { mode: 'push' })).toEqual({ mode: 'push', every: 5, retry: { times: 3 } });
    expect(withDefaults(Settings, { mode: 'push', every: 9, retry: { times: 1 }, x: null })).toEqual({
      mode: 'push',
      every: 9,
      retry: { times: 1 },
      x: null,
    });
  });

  test('does so for hand-written JSON Schema, inside lists too', () => {
    expect(withDefaults(handWritten, { list: [{}, { size: 4 }] })).toEqual({
      url: 'https://api.example.test',
      list: [{ size: 1 }, { size: 4 }],
    });
  });

  test('takes the shape that fits', () => {
    const Choice = schemaOf(
      Type.Object({
        via: Type.Union([
          closedObject({ kind: Type.Literal('a'), size: Type.Number({ default: 1 }) }),
          closedObject({ kind: Type.Literal('b'), depth: Type.Number({ default: 2 }) }),
        ]),
      }),
    );
    expect(withDefaults(Choice, { via: { kind: 'b' } })).toEqual({ via: { kind: 'b', depth: 2 } });
    expect(withDefaults(Choice, { via: { kind: 'c' } })).toEqual({ via: { kind: 'c' } });
  });

  test('shares nothing with the value or the schema, and passes functions on', () => {
    const given = { mode: 'poll', nested: [{ a: 1 }], call: () => 7 };
    const first = withDefaults(Settings, given) as typeof given & { retry: { times: number } };
    expect(first.nested).not.toBe(given.nested);
    expect(first.call).toBe(given.call);
    first.retry.times = 99;
    expect(withDefaults(Settings, { mode: 'poll' })).toMatchObject({ retry: { times: 3 } });
    expect(given).not.toHaveProperty('retry');
  });

  test('leaves what is no object to validation', () => {
    for (const value of [undefined, null, 7, 'x', []]) expect(withDefaults(Settings, value)).toEqual(value);
  });
});

describe('secretPaths', () => {
  test('finds secrets wherever a schema can put them', () => {
    const schema = closedObject({
      token: SecretRef,
      'a/b': Type.Optional(SecretRef),
      accounts: Type.Array(closedObject({ password: SecretRef })),
      byName: Type.Record(Type.String(), SecretRef),
      auth: Type.Union([closedObject({ basic: SecretRef }), closedObject({ bearer: SecretRef })]),
      plain: Type.String(),
    });
    expect(secretPaths(schemaOf(schema)).toSorted()).toEqual([
      '/accounts/*/password',
      '/auth/basic',
      '/auth/bearer',
      '/a~1b',
      '/byName/*',
      '/token',
    ]);
  });

  test('follows references inside the document, and ends where a schema contains itself', () => {
    expect(secretPaths(handWritten)).toEqual(['/token']);
    const tree: JsonSchema = {
      type: 'object',
      properties: { key: { type: 'string', secret: true }, child: { $ref: '#' } },
    };
    expect(secretPaths(tree)).toEqual(['/key']);
  });
});
