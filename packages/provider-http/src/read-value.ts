import { numberIn, type Reading, readValue, spellingOf, SpelledNumber } from '@caudal/core';
import type { Values } from './config/answer.ts';
import { type At, refuse } from './refuse.ts';

type Read = Pick<Reading, 'value' | 'raw' | 'code'>;

/** A value as a reading has it, or `skip` where nothing was said. */
export type ValueReader = (value: unknown, sentinels: readonly number[] | undefined) => Read | 'skip';

const escaped = (mark: string) =>
  mark.replaceAll(/[.\s]/g, (one) => (one === '.' ? String.raw`\.` : String.raw`[\s\u00a0\u202f]`));

/** Texts with other marks than the point, as plain decimal text; undefined for texts whose marks stand in wrong places. */
const plainText = (rules: Values, at: At): ((text: string) => string | undefined) | undefined => {
  const { decimal = '.', thousands } = rules;
  if (decimal === thousands) return refuse(at, 'decimal and thousands can not be the same mark');
  if (decimal === '.' && thousands === undefined) return undefined;
  const group = thousands === undefined ? '' : String.raw`(?:${escaped(thousands)}\d{3})*`;
  const whole = thousands === undefined ? String.raw`\d*` : String.raw`(?:\d{1,3}${group}|\d+)`;
  const pattern = new RegExp(String.raw`^([+-]?)(${whole})(?:${escaped(decimal)}(\d+))?$`);
  return (text) => {
    const match = pattern.exec(text.trim());
    if (match === null) return undefined;
    const [, sign = '', digits = '', fraction] = match;
    return `${sign}${digits.replaceAll(/\D/g, '')}${fraction === undefined ? '' : `.${fraction}`}`;
  };
};

/** Compiles what counts as a value. @throws CaudalError kind `config` that names the place */
export const compileValues = (rules: Values, at: At): ValueReader => {
  const plain = plainText(rules, at);
  const { codes = [], sentinels: own = [], booleans = false } = rules;
  const skipsNull = rules.null === 'skip';
  for (const { from, to } of codes)
    if (from === undefined && to === undefined) refuse(`${at}/codes`, 'a span of codes needs from or to');
  const isCode = (value: number) =>
    codes.some(
      ({ from = -Infinity, to = Infinity, whole = false }) =>
        value >= from && value <= to && (!whole || Number.isInteger(value)),
    );
  return (value, sentinels = own) => {
    if (value === null && skipsNull) return 'skip';
    if (typeof value === 'boolean' && booleans) return { value: value ? 1 : 0, raw: String(value) };
    const spelled = typeof value === 'number' ? new SpelledNumber(value, String(value)) : value;
    const raw = spellingOf(spelled);
    if (typeof spelled === 'string' && plain !== undefined) {
      const number = numberIn(plain(spelled) ?? '');
      if (number === undefined) return { value: null, raw, code: 'NOT_A_NUMBER' };
      if (sentinels.includes(number) || isCode(number)) return { value: null, raw, code: 'SENTINEL' };
      return { value: number, raw };
    }
    const read = readValue(spelled, sentinels);
    return read.value !== null && isCode(read.value) ? { value: null, raw, code: 'SENTINEL' } : read;
  };
};
