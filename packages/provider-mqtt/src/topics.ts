import { CaudalError } from '@caudal/core';

/**
 * One level of a template: what a broker is asked for and how an arriving level is read. A wildcard of MQTT stands for a whole
 * level, so a level with a placeholder anywhere in it is asked for as `+`.
 */
interface Level {
  readonly filter: string;
  readonly pattern?: RegExp;
  readonly names: readonly string[];
  /** The placeholder of a secret: subscribed with the secret itself and never shown. */
  readonly secret?: string;
}

export interface Template {
  readonly text: string;
  readonly levels: readonly Level[];
  /** Names of secret placeholders, in order. */
  readonly secrets: readonly string[];
}

/** What an arriving topic says: captured placeholders, and for secret ones what stood there. */
export interface Captured {
  readonly names: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The topic with its secrets replaced by the names of their placeholders. */
  readonly shown: string;
}

/** The placeholder of the device's own credential. */
export const CREDENTIAL = 'credential';

const refuse = (text: string, why: string): never => {
  throw new CaudalError('config', `topic ${JSON.stringify(text)}: ${why}`, { sent: 'no' });
};

const placeholder = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;
const literally = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

const levelOf = (text: string, level: string, secret: (name: string) => boolean): Level => {
  const names = [...level.matchAll(placeholder)].map(([, name = '']) => name);
  const rest = level.replaceAll(placeholder, '');
  if (/[{}]/.test(rest)) return refuse(text, 'a placeholder is written {name}, in letters, digits and _');
  if (level === '+' || level === '#') return { filter: level, names };
  if (/[+#]/.test(rest)) return refuse(text, 'a wildcard stands for a whole level');
  const hidden = names.find(secret);
  if (hidden !== undefined) {
    if (level !== `{${hidden}}`) return refuse(text, 'the placeholder of a secret stands alone in its level');
    return { filter: level, names: [], secret: hidden };
  }
  if (names.length === 0) return { filter: level, names };
  let source = '';
  let from = 0;
  for (const match of level.matchAll(placeholder)) {
    source += `${literally(level.slice(from, match.index))}(.+?)`;
    from = match.index + match[0].length;
  }
  return { filter: '+', pattern: new RegExp(`^${source}${literally(level.slice(from))}$`, 's'), names };
};

/**
 * Reads a topic template. `secrets` are the placeholders that stand for shared secrets; `{credential}` always does.
 * @throws CaudalError kind `config` for a template that no broker could take
 */
export const templateOf = (text: string, secrets: readonly string[] = []): Template => {
  if (text === '' || text.includes('\0')) return refuse(text, 'it is empty');
  const isSecret = (name: string) => name === CREDENTIAL || secrets.includes(name);
  const levels = text.split('/').map((level) => levelOf(text, level, isSecret));
  if (levels.some(({ filter }, index) => filter === '#' && index < levels.length - 1))
    return refuse(text, '# is the last level');
  const all = levels.flatMap(({ names, secret }) => (secret === undefined ? names : [secret]));
  const twice = all.find((name, index) => all.indexOf(name) !== index);
  if (twice !== undefined) return refuse(text, `{${twice}} stands twice`);
  return { text, levels, secrets: levels.flatMap(({ secret }) => secret ?? []) };
};

/** What a broker is asked for: placeholders as `+`, secrets as they are. */
export const filterOf = (template: Template, secrets: Readonly<Record<string, string>> = {}): string =>
  template.levels.map(({ filter, secret }) => (secret === undefined ? filter : (secrets[secret] ?? '+'))).join('/');

/** Reads an arriving topic by a template; undefined when it does not fit. Secrets are taken for whatever stands in their place. */
export const capture = ({ levels }: Template, topic: string): Captured | undefined => {
  const parts = topic.split('/');
  const open = levels.at(-1)?.filter === '#';
  if (open ? parts.length < levels.length - 1 : parts.length !== levels.length) return undefined;
  // MQTT 3.1.1, 4.7.2: a wildcard in the first place does not stand for topics of the broker's own.
  if (topic.startsWith('$') && /^[+#]$/.test(levels[0]?.filter ?? '')) return undefined;
  const names: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const shown = [...parts];
  for (const [index, level] of levels.entries()) {
    if (level.filter === '#') break;
    const part = parts[index] ?? '';
    if (level.secret !== undefined) {
      secrets[level.secret] = part;
      shown[index] = `{${level.secret}}`;
    } else if (level.pattern !== undefined) {
      const match = level.pattern.exec(part);
      if (match === null) return undefined;
      for (const [place, name] of level.names.entries()) names[name] = match[place + 1] ?? '';
    } else if (level.filter !== '+' && level.filter !== part) return undefined;
  }
  return { names, secrets, shown: shown.join('/') };
};

/** `{group}/{node}` with the placeholders of a topic filled in; undefined when one is not known. */
export const fill = (text: string, names: Readonly<Record<string, string>>): string | undefined => {
  let whole = true;
  const filled = text.replaceAll(placeholder, (_match, name: string) => {
    const value = names[name];
    if (value === undefined) whole = false;
    return value ?? '';
  });
  return whole ? filled : undefined;
};
