import { named, text } from '../text.ts';
import type { Word } from './es.ts';

/** What raised an alert, in words: a rule, a code of the quality rules, a share of the maximum lag, or a way that failed and why. */
export const ruleName = (rule: string): string => {
  for (const group of ['rule', 'code']) {
    const word = named(group, rule);
    if (word !== rule) return word;
  }
  const share = /^submission\.lag\.(\d+)$/.exec(rule)?.[1];
  if (share !== undefined) return text('rule.submission.lag', { share });
  const [, way = '', kind = ''] = /^([a-z]+)\.([a-z-]+)$/.exec(rule) ?? [];
  const [what, why] = [named('way', way), named('trouble', kind)];
  return what === way || why === kind ? rule : `${what}: ${why}`;
};

const scopes: Readonly<Record<string, Word>> = {
  target: 'scope.target',
  work: 'scope.work',
  credential: 'scope.credential',
};

/** What is stopped, in words. */
export const scopeName = (scope: string): string => {
  if (scope === 'all') return text('all');
  const [kind = '', rest = ''] = scope.split(/:(.*)/s);
  const [target = '', name = ''] = rest.split(/\/(.*)/s);
  const word = scopes[kind];
  return word === undefined ? scope : text(word, { target, name });
};
