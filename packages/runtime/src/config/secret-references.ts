import { type JsonSchema, secretPaths } from '@caudal/core';
import { type Steps, stepsOf, valueAt } from './property-path.ts';

/** Text that stands where a schema asks for a secret. It may be the secret itself: never show `text` before it was judged. */
export interface FoundSecret {
  readonly steps: Steps;
  readonly text: string;
}

const childrenOf = (value: unknown): Steps => {
  if (Array.isArray(value)) return [...value.keys()];
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
};

/** Every text of a value that its schema marks as secret. */
export const secretsIn = (schema: JsonSchema, value: unknown): FoundSecret[] => {
  const found = new Map<string, FoundSecret>();
  const visit = (inside: unknown, rest: Steps, steps: Steps) => {
    const [step, ...further] = rest;
    if (step === undefined) {
      if (typeof inside === 'string') found.set(JSON.stringify(steps), { steps, text: inside });
      return;
    }
    const children = step === '*' ? childrenOf(inside) : Array.isArray(inside) ? [Number(step)] : [step];
    for (const child of children) visit(valueAt(inside, [child]), further, [...steps, child]);
  };
  for (const path of secretPaths(schema)) visit(value, stepsOf(path, undefined), []);
  return [...found.values()];
};

export interface SecretVerdict {
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

const refused = (message: string): SecretVerdict => ({ message, severity: 'error' });

/** By scheme: what is wrong with a reference, where something is. */
const schemes: Readonly<Record<string, (name: string, environment: NodeJS.ProcessEnv) => SecretVerdict | undefined>> = {
  env: (name, environment) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      return refused('env: takes the name of a variable: letters, digits and underscores');
    }
    const { [name]: value = '' } = environment;
    return value === '' ? { message: `environment variable ${name} is not set`, severity: 'warning' } : undefined;
  },
  file: (path) => (path === '' ? refused('file: takes the path of a file') : undefined),
  store: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)
      ? undefined
      : refused('store: takes the name of a stored secret: letters, digits, dot, dash, underscore'),
  literal: () => refused('a literal secret is for tests and scripts only; write env:NAME or file:/path'),
};

/** What is wrong with the text of a secret, without repeating it where it may be the secret. */
export const judgeSecret = (text: string, environment: NodeJS.ProcessEnv): SecretVerdict | undefined => {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(colon, 0));
  const judge = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (judge === undefined) {
    return refused('must be a reference to a secret, not the secret itself; write env:NAME or file:/path');
  }
  return judge(text.slice(colon + 1), environment);
};
