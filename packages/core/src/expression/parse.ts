import { sayMistake as say } from '../mistake-words.ts';
import type { Said } from '../said.ts';

/** Part of an expression, with where it begins, from 0. */
export type Node =
  | { readonly kind: 'number'; readonly at: number; readonly value: number; readonly unit: string | undefined }
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'minus'; readonly at: number; readonly of: Node }
  | {
      readonly kind: 'operation';
      readonly at: number;
      readonly sign: '+' | '-' | '*' | '/';
      readonly left: Node;
      readonly right: Node;
    }
  | { readonly kind: 'call'; readonly at: number; readonly name: string; readonly parts: readonly Node[] };

/** What is wrong with an expression, and where, from 0. */
export interface ExpressionIssue extends Said {
  readonly at: number;
}

/** Longer, deeper or with more parts than this is no formula that a person keeps in a field. */
export const expressionLimits = { characters: 500, depth: 32, parts: 200 } as const;

export class ExpressionFault extends Error {
  readonly at: number;
  readonly said: Said;
  constructor(at: number, said: Said) {
    super(said.message);
    this.at = at;
    this.said = said;
  }
}

interface Token {
  readonly kind: 'number' | 'name' | 'unit' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['name', /\{[^{}]{1,129}\}/y],
  ['unit', /\[[^[\]]{1,40}\]/y],
  ['sign', /[-+*/(),]/y],
];

const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  next: while (at < text.length) {
    if (/\s/.test(text[at] as string)) {
      at += 1;
      continue;
    }
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const found = pattern.exec(text)?.[0];
      if (found === undefined) continue;
      tokens.push({ kind, text: found, at });
      at += found.length;
      continue next;
    }
    throw new ExpressionFault(at, say('formula-sign', { sign: text[at] as string }));
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
};

/**
 * The tree of an expression: numbers with an optional unit in brackets (`3.5 [m]`), names, `{point/variable}`, `+ - * /`, parentheses,
 * and calls. Bounded in length, depth and parts; nothing is evaluated.
 *
 * @throws ExpressionFault
 */
export const parseExpression = (text: string): Node => {
  if (text.length > expressionLimits.characters)
    throw new ExpressionFault(expressionLimits.characters, say('formula-long', { limit: expressionLimits.characters }));
  const tokens = tokensOf(text);
  let place = 0;
  let parts = 0;
  const here = () => tokens[place] as Token;
  const is = (sign: string) => here().kind === 'sign' && here().text === sign;
  const take = () => tokens[place++] as Token;
  const counted = (node: Node): Node => {
    parts += 1;
    if (parts > expressionLimits.parts)
      throw new ExpressionFault(node.at, say('formula-parts', { limit: expressionLimits.parts }));
    return node;
  };
  const expect = (sign: string) => {
    if (!is(sign)) throw new ExpressionFault(here().at, say('formula-missing', { sign }));
    take();
  };

  const call = (name: Token, depth: number): Node => {
    take();
    const inside: Node[] = [];
    while (!is(')')) {
      if (inside.length > 0) expect(',');
      inside.push(sum(depth + 1));
    }
    take();
    return counted({ kind: 'call', at: name.at, name: name.text, parts: inside });
  };

  const single = (depth: number): Node => {
    if (depth > expressionLimits.depth)
      throw new ExpressionFault(here().at, say('formula-deep', { limit: expressionLimits.depth }));
    const token = take();
    if (token.kind === 'number') {
      const value = Number(token.text);
      if (!Number.isFinite(value)) throw new ExpressionFault(token.at, say('formula-number'));
      const unit = here().kind === 'unit' ? take().text.slice(1, -1).trim() : undefined;
      return counted({ kind: 'number', at: token.at, value, unit });
    }
    if (token.kind === 'name') {
      if (token.text.startsWith('{'))
        return counted({ kind: 'name', at: token.at, name: token.text.slice(1, -1).trim() });
      return is('(') ? call(token, depth) : counted({ kind: 'name', at: token.at, name: token.text });
    }
    if (token.text === '(') {
      const inside = sum(depth + 1);
      expect(')');
      return inside;
    }
    if (token.text === '-') return counted({ kind: 'minus', at: token.at, of: single(depth + 1) });
    if (token.kind === 'unit') throw new ExpressionFault(token.at, say('formula-unit-place'));
    throw new ExpressionFault(
      token.at,
      token.kind === 'end' ? say('formula-ends') : say('formula-sign', { sign: token.text }),
    );
  };

  const chain = (signs: readonly string[], inner: (depth: number) => Node) => (depth: number) => {
    let left = inner(depth);
    while (here().kind === 'sign' && signs.includes(here().text)) {
      const { text: sign, at } = take();
      left = counted({ kind: 'operation', at, sign: sign as '+', left, right: inner(depth) });
    }
    return left;
  };
  const product = chain(['*', '/'], single);
  const sum: (depth: number) => Node = chain(['+', '-'], product);

  const tree = sum(0);
  if (here().kind !== 'end') throw new ExpressionFault(here().at, say('formula-sign', { sign: here().text }));
  return tree;
};
