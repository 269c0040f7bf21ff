import { type JsonSchema, type Said, secretPaths } from '@caudal/core';
import { say } from './mistake-words.ts';
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
  readonly said: Said;
  readonly severity: 'error' | 'warning';
}

const refused = (said: Said): SecretVerdict => ({ said, severity: 'error' });

/** By scheme: what is wrong with a reference, where something is. */
const schemes: Readonly<Record<string, (name: string, environment: NodeJS.ProcessEnv) => SecretVerdict | undefined>> = {
  env: (name, environment) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      return refused(say('secret-env-name'));
    }
    const { [name]: value = '' } = environment;
    return value === '' ? { said: say('secret-env-unset', { variable: name }), severity: 'warning' } : undefined;
  },
  file: (path) => (path === '' ? refused(say('secret-file-path')) : undefined),
  store: (name) => (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name) ? undefined : refused(say('secret-store-name'))),
  literal: () => refused(say('secret-literal')),
};

/** What is wrong with the text of a secret, without repeating it where it may be the secret. */
export const judgeSecret = (text: string, environment: NodeJS.ProcessEnv): SecretVerdict | undefined => {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(colon, 0));
  const judge = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (judge === undefined) {
    return refused(say('secret-plain'));
  }
  return judge(text.slice(colon + 1), environment);
};
