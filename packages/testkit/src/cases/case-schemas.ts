import { issuesOf, type JsonSchema, schemaOf } from '@caudal/core';
import { type ProviderCase, providerCaseSchemas, ProviderExpected } from './provider-format.ts';

/** What `case.json` may say, whatever the kind. */
export type AnyCase = ProviderCase;

interface Forms {
  readonly given: JsonSchema;
  readonly expected: JsonSchema;
}

/** The forms of `case.json` and `expected.json` by act; an act belongs to one kind. */
const formsByAct: Readonly<Record<string, Forms>> = Object.fromEntries(
  Object.entries(providerCaseSchemas).map(([act, given]) => [
    act,
    { given: schemaOf(given), expected: schemaOf(ProviderExpected) },
  ]),
);

const refuse = (file: string, schema: JsonSchema, value: unknown) => {
  const issues = issuesOf(schema, value).map(({ path, message }) => `${path === '' ? '(root)' : path} ${message}`);
  if (issues.length > 0) throw new Error(`${file}: ${issues.join('; ')}`);
};

const formsOf = (value: unknown): Forms => {
  const act: unknown = (value as { act?: unknown } | null)?.act;
  const forms = typeof act === 'string' && Object.hasOwn(formsByAct, act) ? formsByAct[act] : undefined;
  if (forms !== undefined) return forms;
  throw new Error(`case.json: /act must be one of ${Object.keys(formsByAct).join(', ')}`);
};

/** Throws what is wrong with the content of `case.json`, each with its place. */
export const asCase = (value: unknown): AnyCase => {
  refuse('case.json', formsOf(value).given, value);
  return value as AnyCase;
};

/** Throws what is wrong with the content of `expected.json`, each with its place. */
export const asExpected = (given: AnyCase, value: unknown): Readonly<Record<string, unknown>> => {
  refuse('expected.json', formsOf(given).expected, value);
  return value as Readonly<Record<string, unknown>>;
};
