import { CaudalError } from '@caudal/core';

/** What a template may name: a text, or a list whose items have names of their own. */
export type Scene = Readonly<Record<string, string | readonly Readonly<Record<string, string>>[]>>;

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'section'; readonly name: string; readonly whenEmpty: boolean; readonly nodes: readonly Node[] };

export type Template = readonly Node[];

const tag = /\{\{([#^/]?)([a-z]+)\}\}/gi;

const refuse = (what: string, why: string): never => {
  throw new CaudalError('config', `${what}: ${why}`, { sent: 'no' });
};

/**
 * Reads a template: `{{name}}`, `{{#list}}…{{/list}}` once for each item (or once for a text that is not empty), and `{{^list}}…{{/list}}` when
 * there is nothing.
 *
 * @throws CaudalError kind `config` that names the template and what is wrong
 */
export const parseTemplate = (source: string, what: string, names: ReadonlySet<string>): Template => {
  if (/\{\{\{|\}\}\}/.test(source)) refuse(what, 'braces come in twos; there is no way to write a value unescaped');
  const root: Node[] = [];
  const open: { readonly name: string; readonly nodes: Node[] }[] = [];
  let at = 0;
  const here = () => open.at(-1)?.nodes ?? root;
  const literal = (text: string) => {
    if (/\{\{|\}\}/.test(text)) refuse(what, `"${text.slice(0, 60).trim()}" holds braces that are no placeholder`);
    if (text !== '') here().push({ kind: 'text', text });
  };
  for (const match of source.matchAll(tag)) {
    const [whole, sign, name = ''] = match;
    literal(source.slice(at, match.index));
    at = match.index + whole.length;
    if (!names.has(name)) refuse(what, `there is no {{${name}}}; there are ${[...names].join(', ')}`);
    if (sign === '/') {
      if (open.pop()?.name !== name) refuse(what, `{{/${name}}} closes nothing`);
    } else if (sign === '') here().push({ kind: 'value', name });
    else {
      const nodes: Node[] = [];
      here().push({ kind: 'section', name, whenEmpty: sign === '^', nodes });
      open.push({ name, nodes });
    }
  }
  literal(source.slice(at));
  const left = open.at(-1);
  if (left !== undefined) refuse(what, `{{#${left.name}}} is not closed`);
  return root;
};

/** Fills a template; `write` escapes every value. */
export const render = (template: Template, scene: Scene, write: (value: string) => string): string =>
  template
    .map((node): string => {
      if (node.kind === 'text') return node.text;
      const value = scene[node.name] ?? '';
      if (node.kind === 'value') return typeof value === 'string' ? write(value) : '';
      if (node.whenEmpty) return value.length === 0 ? render(node.nodes, scene, write) : '';
      if (typeof value === 'string') return value === '' ? '' : render(node.nodes, scene, write);
      return value.map((item) => render(node.nodes, { ...scene, ...item }, write)).join('');
    })
    .join('');
