import { issuesOf, type JsonSchema, withDefaults } from '@caudal/core';
import { saidOf } from '../config/mistake.ts';
import { say } from '../config/mistake-words.ts';
import { Refusal, type RequestIssue } from './refusal.ts';

const whole = /^-?\d{1,15}$/;
const decimal = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Text of a URL as the value it stands for, by the type that the schema has; what does not read stays text, and does not fit. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  integer: (text) => (whole.test(text) ? Number(text) : text),
  number: (text) => (decimal.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
};

const fromText = (schema: JsonSchema | undefined, given: unknown): unknown => {
  const options = schema?.['enum'];
  const numbers = Array.isArray(options) && options.every((one) => typeof one === 'number');
  const type = numbers ? 'number' : schema?.['type'];
  if (type === 'array') {
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    return list.map((item) => fromText(schema?.['items'] as JsonSchema, item));
  }
  return typeof given === 'string' && typeof type === 'string' ? (readers[type]?.(given) ?? given) : given;
};

/** Values of a path or query, which come as text. */
const textual = (schema: JsonSchema, given: unknown): unknown =>
  Object.fromEntries(
    Object.entries(given as Record<string, unknown>).map(([key, value]) => [
      key,
      fromText((schema['properties'] as Record<string, JsonSchema> | undefined)?.[key], value),
    ]),
  );

const empty: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

/** At most so many issues are named. */
const issuesAtMost = 20;

/**
 * The parts of a request with their defaults, or a refusal that names everything that does not fit, never the values: they may be
 * secrets.
 */
export const checked = (
  schemas: { readonly params?: JsonSchema; readonly query?: JsonSchema; readonly body?: JsonSchema },
  given: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
): { params: unknown; query: unknown; body: unknown } => {
  const issues: RequestIssue[] = [];
  const check = (name: string, schema: JsonSchema, value: unknown) => {
    const whole = withDefaults(schema, value);
    for (const issue of issuesOf(schema, whole, issuesAtMost))
      issues.push({ path: `/${name}${issue.path}`, ...saidOf(issue) });
    return whole;
  };
  const params = check('path', schemas.params ?? empty, textual(schemas.params ?? empty, given.params ?? {}));
  const query = check('query', schemas.query ?? empty, textual(schemas.query ?? empty, given.query ?? {}));
  let body: unknown;
  if (schemas.body !== undefined) body = check('body', schemas.body, given.body ?? {});
  else if (given.body !== undefined && given.body !== null) issues.push({ path: '/body', ...say('no-body') });
  if (issues.length > 0)
    throw new Refusal(
      'invalid',
      issues
        .map(({ path, message }) => `${path} ${message}`)
        .slice(0, 3)
        .join('; '),
      {
        issues: issues.slice(0, issuesAtMost),
      },
    );
  return { params, query, body };
};
