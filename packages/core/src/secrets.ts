import { readFile } from 'node:fs/promises';
import { CaudalError } from './errors.ts';
import type { SecretReference } from './schema.ts';

/** Turns a reference into the secret, at the moment a socket needs it. */
export type SecretResolver = (reference: SecretReference) => Promise<string>;

/** Where the resolver looks, by scheme. `store` belongs to the runtime, which keeps those encrypted in its database. */
export type SecretSources = Partial<Record<'env' | 'file' | 'store' | 'literal', (name: string) => Promise<string>>>;

const defaultSources: SecretSources = {
  env: async (name) => {
    const value = process.env[name];
    if (value === undefined || value === '')
      throw new CaudalError('config', `environment variable ${name} is not set`, { sent: 'no' });
    return value;
  },
  file: async (path) => {
    try {
      return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    } catch (cause) {
      throw new CaudalError('config', `secret file ${path} cannot be read`, { sent: 'no', cause });
    }
  },
  literal: async (value) => value,
};

/**
 * A resolver over `env:`, `file:` and `literal:` plus whatever `sources` adds or replaces (`undefined` removes a scheme).
 * Every secret it hands out is told to `onResolved`, so that a {@link Redactor} knows it before any log line can carry it.
 */
export const secretResolver = (
  onResolved: (secret: string) => void,
  sources: { readonly [K in keyof SecretSources]: SecretSources[K] | undefined } = {},
): SecretResolver => {
  const all: Record<string, ((name: string) => Promise<string>) | undefined> = { ...defaultSources, ...sources };
  return async (reference) => {
    const colon = reference.indexOf(':');
    const source = all[reference.slice(0, colon)];
    if (source === undefined) {
      throw new CaudalError(
        'config',
        `secrets of the kind "${reference.slice(0, Math.max(colon, 0))}:" are not available here`,
        { sent: 'no' },
      );
    }
    const secret = await source(reference.slice(colon + 1));
    onResolved(secret);
    return secret;
  };
};

/** Replaces known secrets in text, in every spelling they may have on a wire: plain, JSON-, URL-, form- and base64-encoded. */
export interface Redactor {
  /** Makes a secret known. Very short ones (under 4 characters) are ignored: they would blank ordinary text. */
  add(secret: string): void;
  text(value: string): string;
  /** A deep copy with every string and key redacted; errors become plain objects with message, detail and causes. */
  deep(value: unknown): unknown;
}

const mask = '[redacted]';

const spellings = (secret: string): string[] => {
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ];
};

/** A redactor that starts empty. One per host: a secret of one is no business of another. */
export const createRedactor = (): Redactor => {
  const known = new Set<string>();
  let longestFirst: string[] = [];
  const text = (value: string) => {
    let out = value;
    for (const spelling of longestFirst) if (out.includes(spelling)) out = out.replaceAll(spelling, mask);
    return out;
  };
  const deep = (value: unknown, seen: Set<unknown>): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '[circular]';
    seen.add(value);
    if (value instanceof Error) {
      const { name, message, cause, ...rest } = value as Error & Record<string, unknown>;
      return deep({ name, message, ...rest, ...(cause === undefined ? {} : { cause }) }, seen);
    }
    if (Array.isArray(value)) return value.map((item) => deep(item, seen));
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), deep(item, seen)]));
  };
  return {
    add(secret) {
      if (secret.length < 4 || known.has(secret)) return;
      known.add(secret);
      longestFirst = [...new Set([...known].flatMap(spellings))].toSorted((a, b) => b.length - a.length);
    },
    text,
    deep: (value) => deep(value, new Set()),
  };
};
