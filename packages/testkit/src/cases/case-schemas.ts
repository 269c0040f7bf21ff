import { issuesOf, type JsonSchema, type Kind, schemaOf, type TSchema } from '@caudal/core';
import { type ComplianceCase, complianceCaseSchemas, ComplianceExpected } from './compliance-format.ts';
import { type NotifierCase, notifierCaseSchemas, NotifierExpected } from './notifier-format.ts';
import { type ProviderCase, providerCaseSchemas, ProviderExpected } from './provider-format.ts';
import { type JudgeCase, ruleCaseSchemas, RuleExpected } from './rule-format.ts';

/** What `case.json` may say, whatever the kind. */
export type AnyCase = ProviderCase | ComplianceCase | NotifierCase | JudgeCase;

interface Forms {
  readonly kind: Kind;
  readonly given: JsonSchema;
  readonly expected: JsonSchema;
}

const formsOfKind = (kind: Kind, given: Readonly<Record<string, TSchema>>, expected: TSchema): [string, Forms][] =>
  Object.entries(given).map(([act, schema]) => [act, { kind, given: schemaOf(schema), expected: schemaOf(expected) }]);

/** The forms of `case.json` and `expected.json` by act; an act belongs to one kind. */
const formsByAct: ReadonlyMap<unknown, Forms> = new Map<unknown, Forms>([
  ...formsOfKind('provider', providerCaseSchemas, ProviderExpected),
  ...formsOfKind('compliance', complianceCaseSchemas, ComplianceExpected),
  ...formsOfKind('notifier', notifierCaseSchemas, NotifierExpected),
  ...formsOfKind('rule', ruleCaseSchemas, RuleExpected),
]);

const refuse = (file: string, schema: JsonSchema, value: unknown) => {
  const issues = issuesOf(schema, value).map(({ path, message }) => `${path === '' ? '(root)' : path} ${message}`);
  if (issues.length > 0) throw new Error(`${file}: ${issues.join('; ')}`);
};

/** `kind`: only its acts. */
const formsOf = (value: unknown, kind?: Kind): Forms => {
  const forms = formsByAct.get((value as { act?: unknown } | null)?.act);
  if (forms !== undefined && (kind ?? forms.kind) === forms.kind) return forms;
  const acts = [...formsByAct].filter(([, one]) => (kind ?? one.kind) === one.kind).map(([act]) => act);
  throw new Error(`case.json: /act must be one of ${acts.join(', ')}`);
};

/** Throws what is wrong with the content of `case.json`, each with its place. */
export const asCase = (value: unknown, kind?: Kind): AnyCase => {
  refuse('case.json', formsOf(value, kind).given, value);
  return value as AnyCase;
};

/** Throws what is wrong with the content of `expected.json`, each with its place. */
export const asExpected = (given: AnyCase, value: unknown): Readonly<Record<string, unknown>> => {
  refuse('expected.json', formsOf(given).expected, value);
  return value as Readonly<Record<string, unknown>>;
};
