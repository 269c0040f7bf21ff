import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closedObject, configured, type JsonSchema, schemaOf, SecretRef, type TSchema, Type } from '@caudal/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CheckResult, providerConformance, runConformance } from '@caudal/testkit';
import { acmeDefinition } from '../reference/acme-provider.ts';

const described = { description: 'Something.' };

const before = {
  baseUrl: Type.String({ ...described, minLength: 1 }),
  token: SecretRef,
  note: Type.Optional(Type.String(described)),
  retries: Type.Optional(Type.Integer({ ...described, minimum: 0, maximum: 10, default: 3 })),
  ratio: Type.Optional(Type.Number(described)),
  mode: Type.Optional(Type.Union([Type.Literal('fast'), Type.Literal('slow')], described)),
  tags: Type.Optional(Type.Array(Type.String(), described)),
  map: Type.Optional(Type.Record(Type.String(), Type.Number(), described)),
  level: Type.Optional(
    Type.Union(
      [
        closedObject({ as: Type.Literal('depth'), metres: Type.Number(described) }),
        closedObject({ as: Type.Literal('column'), height: Type.Number(described) }),
      ],
      described,
    ),
  ),
};

type Properties = Record<string, TSchema>;

const plugin = (config: JsonSchema, device: JsonSchema = schemaOf(closedObject({}))) =>
  configured({ ...acmeDefinition, config, device } as never, {} as never) as never;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caudal-baseline-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const file = () => join(folder, 'schema.json');

/** The result of the check for a configuration of these properties. */
const checked = async (properties: Properties, device?: JsonSchema): Promise<CheckResult | undefined> => {
  const suite = providerConformance({
    plugin: () => plugin(schemaOf(closedObject(properties)), device),
    device: { id: 'd', externalId: 'd', settings: {}, variables: [] },
    schemaBaseline: pathToFileURL(file()),
  });
  const report = await runConformance({ ...suite, checks: suite.checks.filter(({ id }) => id === 'A-20') });
  return report.checks[0];
};

const written = async (properties: Properties = before, how = 'update') => {
  vi.stubEnv('CAUDAL_SCHEMAS', how);
  vi.stubEnv('CI', '');
  const result = await checked(properties);
  vi.unstubAllEnvs();
  return result;
};

const without = (...names: readonly string[]): Properties =>
  Object.fromEntries(Object.entries(before).filter(([name]) => !names.includes(name)));

test.for<readonly [string, Properties, string]>([
  ['a property is gone', without('note'), 'config /note: is gone'],
  ['a property is newly required', { ...before, zone: Type.String(described) }, 'config /zone: is now required'],
  ['a property is required now', { ...before, note: Type.String(described) }, 'config /note: is now required'],
  [
    'a type is narrower',
    { ...before, ratio: Type.Optional(Type.Integer(described)) },
    'config /ratio: type was "number" and is "integer"',
  ],
  [
    'a limit is tighter',
    { ...before, retries: Type.Optional(Type.Integer({ ...described, minimum: 0, maximum: 5, default: 3 })) },
    'config /retries: maximum was 10 and is 5',
  ],
  [
    'a limit is new',
    { ...before, note: Type.Optional(Type.String({ ...described, maxLength: 5 })) },
    'config /note: maxLength was "none" and is 5',
  ],
  [
    'a pattern is new',
    { ...before, note: Type.Optional(Type.String({ ...described, pattern: '^a' })) },
    'config /note: pattern was "none" and is "^a"',
  ],
  [
    'a default is gone',
    { ...before, retries: Type.Optional(Type.Integer({ ...described, minimum: 0, maximum: 10 })) },
    'config /retries: the default 3 is gone',
  ],
  [
    'a secret is no longer one',
    { ...before, token: Type.String(described) },
    'config /token: is no longer marked secret',
  ],
  ['a text becomes a secret', { ...before, note: Type.Optional(SecretRef) }, 'config /note: is now marked secret'],
  [
    'a choice is gone',
    { ...before, mode: Type.Optional(Type.Union([Type.Literal('fast')], described)) },
    'config /mode: no longer takes "slow"',
  ],
  [
    'an item is narrower',
    { ...before, tags: Type.Optional(Type.Array(Type.String({ minLength: 2 }), described)) },
    'config /tags/*: minLength was "none" and is 2',
  ],
  [
    'a value of a map is narrower',
    { ...before, map: Type.Optional(Type.Record(Type.String(), Type.Integer(), described)) },
    'config /map/*: type was "number" and is "integer"',
  ],
  [
    'one of several shapes is narrower',
    {
      ...before,
      level: Type.Optional(
        Type.Union(
          [
            closedObject({ as: Type.Literal('column'), height: Type.Number(described) }),
            closedObject({ as: Type.Literal('depth'), metres: Type.Number({ ...described, maximum: 9 }) }),
          ],
          described,
        ),
      ),
    },
    'config /level/metres: maximum was "none" and is 9',
  ],
])('breaking: %s', async ([, now, told]) => {
  await written();
  const result = await checked(now);
  expect(result?.status).toBe('failed');
  expect(result?.reason).toContain(`breaking changes: ${told}`);
  // Asking to write the baseline does not make a break one that nobody notices.
  expect(await written(now)).toMatchObject({ status: 'failed' });
  expect(await written(now, 'break')).toMatchObject({ status: 'skipped' });
  expect(await checked(now)).toMatchObject({ status: 'passed' });
});

test.for<readonly [string, Properties]>([
  ['a property that may be left out', { ...before, zone: Type.Optional(Type.String(described)) }],
  ['a required property with a default', { ...before, zone: Type.String({ ...described, default: 'UTC' }) }],
  ['a wider type', { ...before, note: Type.Optional(Type.Union([Type.String(), Type.Number()], described)) }],
  ['a wider limit', { ...before, baseUrl: Type.String({ ...described, minLength: 0 }) }],
  [
    'a further choice',
    {
      ...before,
      mode: Type.Optional(
        Type.Union(
          ['fast', 'slow', 'off'].map((one) => Type.Literal(one)),
          described,
        ),
      ),
    },
  ],
  [
    'a property that may be left out now',
    { ...before, baseUrl: Type.Optional(Type.String({ ...described, minLength: 1 })) },
  ],
])('not breaking, but to be written down: %s', async ([, now]) => {
  await written();
  expect((await checked(now))?.reason).toMatch(/break nobody, but the baseline is not current; CAUDAL_SCHEMAS=update/);
  expect(await written(now)).toMatchObject({ status: 'skipped' });
  expect(await checked(now)).toMatchObject({ status: 'passed' });
});

test('other words for people are no change, and the order of properties is none', async () => {
  await written();
  const reworded = { ...before, note: Type.Optional(Type.String({ description: 'Something else.' })) };
  expect(await checked(Object.fromEntries(Object.entries(reworded).toReversed()))).toMatchObject({ status: 'passed' });
});

test('every schema of the definition is compared, and a missing baseline says how it is written', async () => {
  expect((await checked(before))?.reason).toContain('the baseline is missing; CAUDAL_SCHEMAS=update');
  await written();
  const device = schemaOf(closedObject({ zone: Type.String(described) }));
  expect((await checked(before, device))?.reason).toContain('device /zone: is now required');
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
    spec: 'provider/v1',
    id: 'acme',
    schemas: { variable: {} },
  });
});

test('nothing is written in CI', async () => {
  vi.stubEnv('CAUDAL_SCHEMAS', 'update');
  vi.stubEnv('CI', '1');
  expect((await checked(before))?.reason).toContain('in CI the committed files are compared');
});
