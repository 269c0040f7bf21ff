import assert from 'node:assert/strict';
import { fits, issuesOf, isPlugin, secretPaths, withDefaults } from '@caudal/core';
import { type Check, skip } from '../conformance/check.ts';
import { faultsOf, type SchemaPart, schemaParts } from '../conformance/schema-parts.ts';
import type { Subject } from '../conformance/session.ts';

const nowhere = 'http://127.0.0.1:9';

const everyPart = (subject: Subject): { readonly name: string; readonly part: SchemaPart }[] =>
  Object.entries(subject.schemas).flatMap(([name, { schema }]) => schemaParts(schema).map((part) => ({ name, part })));

const none = (faults: readonly string[], sentence: string) => {
  assert.ok(faults.length === 0, `${sentence}: ${faults.join('; ')}`);
};

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';

/** Names that end like this hold a secret; `tokenPath` or `apiKeyHeader` do not. */
const secretName =
  /(secret|token|password|passwd|passphrase|pass|api[-_]?key|access[-_]?key|private[-_]?key|contraseña|clave)$/i;

/** Checks of the definition as data, for every kind. */
export const definitionChecks: readonly Check<Subject>[] = [
  {
    id: 'A-01',
    title: 'the definition is complete and the factory returns a plugin',
    why: 'A host refuses what it cannot recognise, and it should do so at the author, not at the user.',
    run(subject) {
      const { definition } = subject;
      assert.ok(isPlugin(subject.plugin(nowhere)), 'the factory does not return what configured() makes');
      assert.match(definition.spec, /^(provider|rule|compliance|notifier)\/v1$/);
      assert.match(definition.id, /^[a-z][a-z0-9-]*(\/[a-z0-9-]+)?$/);
      assert.match(definition.version, /^\d+\.\d+\.\d+/);
      assert.equal(typeof definition.create, 'function');
      for (const [name, { schema }] of Object.entries(subject.schemas)) {
        assert.equal(typeof schema, 'object', `the schema "${name}" is missing`);
      }
    },
  },
  {
    id: 'A-02',
    title: "the definition's version is that of its package",
    why: 'Findings, artifacts and logs name the version; a wrong one sends people to the wrong source.',
    run({ definition, packageVersion }) {
      if (packageVersion === undefined) skip('the options name no packageVersion');
      assert.equal(definition.version, packageVersion);
    },
  },
  {
    id: 'A-03',
    title: 'every schema is valid JSON Schema',
    why: 'Forms, validation and redaction are made from the schemas, also by other tools than ours.',
    run(subject) {
      const faults = everyPart(subject).flatMap(({ name, part }) => faultsOf(part).map((fault) => `${name} ${fault}`));
      none(faults, 'not valid JSON Schema');
      for (const { schema } of Object.values(subject.schemas)) fits(schema, {});
    },
  },
  {
    id: 'A-04',
    title: 'unknown keys are refused at every level',
    why: 'A misspelt setting must be an error, not silently the default.',
    run(subject) {
      const open = everyPart(subject)
        .filter(({ part: { schema } }) => schema['type'] === 'object' && schema['properties'] !== undefined)
        .filter(({ part: { schema } }) => schema['additionalProperties'] !== false)
        .map(({ name, part }) => `${name} ${part.path === '' ? '(root)' : part.path}`);
      none(open, 'these objects take unknown keys');
    },
  },
  {
    id: 'A-05',
    title: 'every property is described',
    why: 'The description is the form, the table in the README and the help of the command line.',
    run(subject) {
      const silent = everyPart(subject)
        .filter(({ part }) => part.property !== undefined && !isText(part.schema['description']))
        .map(({ name, part }) => `${name} ${part.path}`);
      none(silent, 'these properties have no description');
    },
  },
  {
    id: 'A-06',
    title: 'the sample configuration and settings fit their schemas',
    why: 'A sample that is refused is the first thing a user meets.',
    run(subject) {
      for (const [name, { schema, samples }] of Object.entries(subject.schemas)) {
        for (const sample of samples) {
          const faults = issuesOf(schema, withDefaults(schema, sample)).map(
            ({ path, message }) => `${path} ${message}`,
          );
          none(faults, `the sample of "${name}" does not fit`);
        }
      }
    },
  },
  {
    id: 'A-07',
    title: 'every default fits its own schema',
    why: 'A default that is refused makes a setting impossible to leave out.',
    run(subject) {
      const bad = everyPart(subject)
        .filter(({ part: { schema } }) => schema['default'] !== undefined && !fits(schema, schema['default']))
        .map(({ name, part }) => `${name} ${part.path}`);
      none(bad, 'these defaults do not fit');
    },
  },
  {
    id: 'A-08',
    title: 'properties that look secret are marked secret',
    why: 'What is not marked is shown in forms, status pages and exported configuration.',
    run(subject) {
      const unmarked = Object.entries(subject.schemas).flatMap(([name, { schema }]) => {
        const marked = new Set(secretPaths(schema));
        return schemaParts(schema)
          .filter(({ property, schema: own }) => {
            const holdsText = own['type'] === undefined || own['type'] === 'string';
            return property !== undefined && secretName.test(property) && holdsText && own['const'] === undefined;
          })
          .filter(({ path }) => ![...marked].some((secret) => secret === path || secret.startsWith(`${path}/`)))
          .map(({ path }) => `${name} ${path}`);
      });
      none(unmarked, 'these look secret and are not marked; use SecretRef');
    },
  },
];
