import { issuesOf, type RawRequest, type TypedSchema, withDefaults } from '@caudal/core';
import type { CaseRequest } from './every-case-format.ts';

/** An instant as the folders write it; `open` for an end that lies in no time. */
export const isoOf = (instant: number): string => (Number.isFinite(instant) ? new Date(instant).toISOString() : 'open');

/** Settings with their defaults; throws what is wrong with them, each with its place. */
export const settingsOf = <T>(schema: TypedSchema<T>, settings: unknown, where: string): T => {
  const filled = withDefaults(schema, settings) as T;
  const issues = issuesOf(schema, filled).map(({ path, message }) => `${where}${path} ${message}`);
  if (issues.length > 0) throw new Error(issues.join('; '));
  return filled;
};

/** A request that comes to us, as the host hands it on. */
export const requestOf = (request: CaseRequest, body: Uint8Array): RawRequest => ({
  method: request.method,
  path: request.path,
  query: request.query ?? '',
  headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value])),
  body,
  receivedAt: Date.parse(request.receivedAt),
});

/** The content of a JSON file of the folder. */
export const fileAs = <T>(schema: TypedSchema<T>, name: string, bytes: Uint8Array): T => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new Error(`${name} is no JSON`, { cause });
  }
  const issues = issuesOf(schema, value).map(({ path, message }) => `${path === '' ? '(root)' : path} ${message}`);
  if (issues.length > 0) throw new Error(`${name}: ${issues.join('; ')}`);
  return value as T;
};
