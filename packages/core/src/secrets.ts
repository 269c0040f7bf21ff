import { readFile } from 'node:fs/promises';
import { CaudalError } from './errors.ts';
import type { SecretReference } from './schema.ts';

/** Turns a reference into the secret, at the moment a socket needs it. */
export type SecretResolver = (reference: SecretReference) => Promise<string>;

/** Where the resolver looks, by scheme. `store` belongs to the runtime, which keeps those encrypted in its database. */
export type SecretSources = Partial<Record<'env' | 'file' | 'store' | 'literal', (name: string) => Promise<string>>>;

/** One credential that is missing must not stop the devices that have their own. */
const missing = (credential: SecretReference, why: string, cause?: unknown) =>
  new CaudalError('config', why, { sent: 'no', scope: 'credential', credential, cause });

const defaultSources: SecretSources = {
  env: async (name) => {
    const value = process.env[name];
    if (value === undefined || value === '') throw missing(`env:${name}`, `environment variable ${name} is not set`);
    return value;
  },
  file: async (path) => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (cause) {
      throw missing(`file:${path}`, `secret file ${path} cannot be read`, cause);
    }
    const value = text.replace(/\r?\n$/, '');
    if (value === '') throw missing(`file:${path}`, `secret file ${path} is empty`);
    return value;
  },
  literal: async (value) => value,
};

const schemes: ReadonlySet<string> = new Set(['env', 'file', 'store', 'literal']);

/**
 * A resolver over `env:`, `file:` and `literal:` plus whatever `sources` adds or replaces (`undefined` removes a scheme).
 * Every secret it hands out is told to `onResolved`, so that a `Redactor` knows it before any log line can carry it.
 */
export const secretResolver = (
  onResolved: (secret: string) => void,
  sources: { readonly [K in keyof SecretSources]: SecretSources[K] | undefined } = {},
): SecretResolver => {
  const all = new Map(Object.entries({ ...defaultSources, ...sources }));
  return async (reference) => {
    const colon = reference.indexOf(':');
    const scheme = reference.slice(0, Math.max(colon, 0));
    const source = all.get(scheme);
    if (source === undefined) {
      // What is no reference may be the secret itself, pasted by mistake: nothing of it goes into the message.
      const why = schemes.has(scheme)
        ? `secrets of the kind "${scheme}:" are not available here`
        : 'this is not a secret reference; write env:NAME, file:/path or store:name';
      throw new CaudalError('config', why, { sent: 'no', scope: 'credential' });
    }
    const secret = await source(reference.slice(colon + 1));
    onResolved(secret);
    return secret;
  };
};
