import type { Said } from './said.ts';
import { type Static, type TSchema, Type } from 'typebox';

export { Type, type Static, type TSchema };

/** A value that survives `JSON.stringify` and back unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON Schema document. Plugins may hand in TypeBox schemas (which are JSON Schema) or hand-written ones. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * A JSON Schema that remembers the TypeScript type it describes.
 * Structural on purpose: a plugin built against another copy of TypeBox still fits.
 */
export type TypedSchema<T> = JsonSchema & { readonly '~type'?: T };

/** Gives a TypeBox schema the type the contracts ask for. Hand-written JSON Schema is cast the same way. */
export const schemaOf = <const S extends TSchema>(schema: S): TypedSchema<Static<S>> =>
  schema as unknown as TypedSchema<Static<S>>;

/** A closed object: unknown keys are refused, because a misspelt setting must not silently give its default. */
export const closedObject = <const P extends Record<string, TSchema>>(properties: P, options: object = {}) =>
  Type.Object(properties, { ...options, additionalProperties: false });

/**
 * A secret by reference: `env:NAME`, `file:/path` or `store:name`. It is resolved at the socket and redacted everywhere.
 * `literal:value` is for tests and one-off scripts; the runtime refuses it.
 */
export const SecretRef = Type.Unsafe<SecretReference>({
  type: 'string',
  pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|store:[A-Za-z0-9_.-]+|literal:.+)$',
  secret: true,
  description: 'A secret by reference: env:NAME, file:/path or store:name.',
});

/** See {@link SecretRef}. */
export type SecretReference = `env:${string}` | `file:${string}` | `store:${string}` | `literal:${string}`;

/** One thing that is wrong, and where: `path` is a JSON pointer into the value that was checked (`''` is its root). */
export interface Issue extends Said {
  readonly path: string;
  readonly severity?: 'error' | 'warning';
}
