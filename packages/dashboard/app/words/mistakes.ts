import type { MistakeCode, Problem } from '@caudal/client';
import { number } from '../numbers.ts';
import { preferences } from '../preferences.ts';
import { named, text } from '../text.ts';
import { type FieldName, fieldNames } from './fields.ts';
import { aroundInSpanish, spanishMistakes } from './spanish-mistakes.ts';

type Issue = Pick<NonNullable<Problem['issues']>[number], 'message' | 'code' | 'params'>;
type Param = NonNullable<Issue['params']>[string];

const field = (name: string): string => (name in fieldNames ? fieldNames[name as FieldName].es : name);

const option = (value: string | number | boolean | null): string => {
  if (typeof value === 'number') return number(value, 12);
  const word = named('option', String(value));
  return `«${word === String(value) ? named('kind', word) : word}»`;
};

/** A thing of the data as the API names it, `points/pozo-1` or `kept points/pozo-1:3`. */
export const thing = (name: string): string => {
  const [, kind = '', id = ''] = /^(?:kept )?([a-z]+)\/(.+)$/.exec(name) ?? [];
  return kind === '' ? name : `${named('data', kind)} ${id}`;
};

/** How a param is shown, where it is more than itself. */
const shown: Readonly<Record<string, (text: string) => string>> = {
  kind: (kind) => named('kind', kind),
  than: field,
  where: thing,
  thing,
};

const inSpanish = (name: string, param: Param): string => {
  if (typeof param === 'number') return number(param, 12);
  if (typeof param === 'object' && param !== null) return param.map(option).join(', ');
  return (shown[name] ?? (name === 'limit' ? field : String))(String(param));
};

const filled = (sentence: string, params: NonNullable<Issue['params']>): string =>
  sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const param = params[name];
    return param === undefined ? whole : inSpanish(name, param);
  });

const spanish = (code: MistakeCode, params: NonNullable<Issue['params']>): string => {
  const around = (param: keyof typeof aroundInSpanish) =>
    params[param] === undefined ? '' : filled(aroundInSpanish[param], params);
  return [around('character'), filled(spanishMistakes[code], params), around('meant'), around('atPoint')].join('');
};

/** A mistake in the language of the page. One without a code has a plugin's own words, and is marked as such. */
export const sentence = ({ message, code, params = {} }: Issue): string => {
  if (code === undefined) return `${message} ${text('ownWords')}`;
  return preferences().language === 'es' && code in spanishMistakes ? spanish(code, params) : message;
};
