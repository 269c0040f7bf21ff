import { type At, refuse } from '../refuse.ts';
import { compilePath } from '../path.ts';
import { compileWriter } from '../time/write-time.ts';
import type { Value, Values } from './values.ts';

/** One `{placeholder}`. */
export interface Placeholder {
  /** As written, without braces. */
  readonly text: string;
  readonly name: string;
  /** The secret it needs: `credential` or a name in `secrets`. */
  readonly secret?: string;
  read(values: Values): Value;
}

/** A text with placeholders, taken apart. */
export interface Template {
  readonly parts: readonly (string | Placeholder)[];
  readonly placeholders: readonly Placeholder[];
  /** Undefined when a placeholder has no value. Lists are joined by commas. */
  render(values: Values): string | undefined;
}

/** What may stand in a template, and how its times are written. */
export interface TemplateRules {
  /** Names that have a value here: `device`, `from`, `parameter`, `secret` and so on. */
  readonly allowed: ReadonlySet<string>;
  /** Zone of `{from:pattern}`. */
  readonly zone?: string;
  /** The window's end belongs to it at the vendor. */
  readonly endInclusive?: boolean;
  /** How much more than the window is asked for, at both ends. */
  readonly widenMs?: number;
  /** Names of `secrets` in the configuration. */
  readonly secrets: ReadonlySet<string>;
}

type Reader = (values: Values) => Value;

const simple: Readonly<Record<string, Reader>> = {
  device: ({ device }) => device,
  devices: ({ devices }) => devices,
  variable: ({ variable }) => variable,
  variables: ({ variables }) => variables,
  limit: ({ limit }) => limit,
  page: ({ page }) => page,
  offset: ({ offset }) => offset,
  cursor: ({ cursor }) => cursor,
  login: ({ login }) => login,
};

const timeReader = (name: 'from' | 'to', format: string, rules: TemplateRules, at: At): Reader => {
  const write = compileWriter(format, rules.zone, at);
  const { widenMs = 0, endInclusive = false } = rules;
  if (name === 'from') return ({ from }) => (from === undefined ? undefined : write.atOrBefore(from - widenMs));
  return ({ to }) =>
    to === undefined ? undefined : endInclusive ? write.atOrBefore(to - 1 + widenMs) : write.atOrAfter(to + widenMs);
};

const nameOf = (text: string): string => /^[a-z]+/.exec(text)?.[0] ?? text;

const placeholderOf = (text: string, rules: TemplateRules, at: At): Placeholder => {
  const name = nameOf(text);
  if (!rules.allowed.has(name)) {
    return refuse(
      at,
      `{${text}} has no value here; there are ${[...rules.allowed].map((one) => `{${one}}`).join(', ')}`,
    );
  }
  const known = simple[text];
  if (known !== undefined) return { text, name, read: known };
  if (text === 'credential')
    return { text, name, secret: 'credential', read: ({ secrets }) => secrets?.['credential'] };
  const named = /^(parameter|secret)\.([A-Za-z0-9_-]+)$/.exec(text);
  if (named !== null) {
    const [, group, key = ''] = named;
    if (group === 'parameter') return { text, name, read: ({ parameters }) => parameters?.[key] };
    if (!rules.secrets.has(key)) return refuse(at, `there is no "${key}" in /secrets`);
    return { text, name, secret: key, read: ({ secrets }) => secrets?.[key] };
  }
  const timed = /^(from|to):(.+)$/s.exec(text);
  if (timed !== null) return { text, name, read: timeReader(timed[1] as 'from' | 'to', timed[2] ?? '', rules, at) };
  const message = /^message:(.*)$/s.exec(text);
  if (message !== null) {
    const find = compilePath(message[1] ?? '', at);
    return {
      text,
      name,
      read: (values) => {
        const item = values.message;
        const found = find({ item, root: item, headers: {}, device: values.device, variable: values.variable });
        return typeof found === 'string' || typeof found === 'number' ? found : undefined;
      },
    };
  }
  if (text === 'from' || text === 'to')
    return refuse(
      at,
      `{${text}} must say how: {${text}:epoch-ms}, {${text}:epoch-s}, {${text}:iso} or {${text}:yyyy-MM-dd HH:mm:ss}`,
    );
  return refuse(at, `{${text}} is no placeholder`);
};

/**
 * Takes a text with placeholders apart. `{{` and `}}` are braces.
 * @throws CaudalError kind `config` that names the place
 */
export const compileTemplate = (text: string, rules: TemplateRules, at: At): Template => {
  const parts: (string | Placeholder)[] = [];
  let literal = '';
  let rest = text;
  while (rest !== '') {
    const brace = /^(\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}])/.exec(rest)?.[0] ?? rest;
    rest = rest.slice(brace.length);
    if (brace === '{{' || brace === '}}') literal += brace.charAt(0);
    else if (brace === '{' || brace === '}') refuse(at, 'a brace stands alone; write {{ or }} for a brace');
    else if (brace.startsWith('{')) {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push(placeholderOf(brace.slice(1, -1), rules, at));
    } else literal += brace;
  }
  if (literal !== '') parts.push(literal);
  const placeholders = parts.filter((part) => typeof part !== 'string');
  return {
    parts,
    placeholders,
    render: (values) => {
      let out = '';
      for (const part of parts) {
        const value = typeof part === 'string' ? part : part.read(values);
        if (value === undefined) return undefined;
        out += typeof value === 'object' ? value.join(',') : String(value);
      }
      return out;
    },
  };
};
