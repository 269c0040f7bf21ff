import { issuesOf, type JsonSchema, type Said, withDefaults } from '@caudal/core';
import { closest } from './closest.ts';
import { say } from './mistake-words.ts';
import { type Steps, stepsOf, valueAt } from './property-path.ts';
import { keysAt } from './schema-keys.ts';
import { secretsIn } from './secret-references.ts';

/** One thing that is wrong inside a value. */
export interface ValueIssue {
  readonly steps: Steps;
  readonly said: Said;
}

/** More than anybody reads, and few enough to be listed at once. */
const limit = 10_000;

/** YAML takes unquoted digits, `true` and `null` for what they look like. */
const quoteIt = (said: Said, value: unknown): Said =>
  said.code === 'type-string' && ['number', 'boolean'].includes(typeof value)
    ? say('quote-it', { type: typeof value })
    : said;

/**
 * Everything that a value has against a schema once its defaults are filled in, with suggestions for misspelt keys. What is wrong
 * with a secret is left to the check of secrets, which can say more.
 */
export const schemaIssues = (schema: JsonSchema, value: unknown): ValueIssue[] => {
  const filled = withDefaults(schema, value);
  const secrets = new Set(secretsIn(schema, filled).map(({ steps }) => JSON.stringify(steps)));
  return issuesOf(schema, filled, limit)
    .map(({ path, severity: _severity, ...said }): ValueIssue => {
      const steps = stepsOf(path, filled);
      const last = steps.at(-1);
      if (said.code === 'unknown-key' && typeof last === 'string') {
        const known = keysAt(schema, steps.slice(0, -1));
        const used = valueAt(value, steps.slice(0, -1));
        const free = known.filter((key) => valueAt(used, [key]) === undefined);
        return { steps, said: say('unknown-key', { key: last, meant: closest(last, free) }) };
      }
      return { steps, said: quoteIt(said, valueAt(filled, steps)) };
    })
    .filter(({ steps }) => !secrets.has(JSON.stringify(steps)));
};
