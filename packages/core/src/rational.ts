import { readDigits, writeDigits } from './digits.ts';

/** An exact fraction in lowest terms; the sign stands in the numerator. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const divisor = (a: bigint, b: bigint): bigint => {
  let [left, right] = [a < 0n ? -a : a, b];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
};

/** Lowest terms of a fraction. @throws RangeError for a denominator of zero */
export const fraction = (numerator: bigint, denominator: bigint): Rational => {
  if (denominator === 0n) throw new RangeError('division by zero');
  const [top, bottom] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const common = divisor(top, bottom);
  return { numerator: top / common, denominator: bottom / common };
};

const readDecimal = (text: string): Rational | undefined => {
  const read = readDigits(text);
  return read === undefined
    ? undefined
    : fraction(read.negative ? -read.digits : read.digits, 10n ** BigInt(read.scale));
};

/** Reads `1.5`, `2e3` or a quotient of two decimals such as `0.3048/60`; `undefined` for what is neither. */
export const readRational = (text: string): Rational | undefined => {
  const [top = '', bottom = '1', ...rest] = text.split('/');
  const [over, under] = [readDecimal(top), readDecimal(bottom)];
  if (rest.length > 0 || over === undefined || under === undefined || under.numerator === 0n) return undefined;
  return quotient(over, under);
};

export const product = (a: Rational, b: Rational): Rational =>
  fraction(a.numerator * b.numerator, a.denominator * b.denominator);

export const quotient = (a: Rational, b: Rational): Rational =>
  fraction(a.numerator * b.denominator, a.denominator * b.numerator);

export const sum = (a: Rational, b: Rational): Rational =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

export const difference = (a: Rational, b: Rational): Rational =>
  sum(a, { numerator: -b.numerator, denominator: b.denominator });

const powerOf = (prime: bigint, value: bigint): { power: number; rest: bigint } => {
  let [power, rest] = [0, value];
  while (rest % prime === 0n) [power, rest] = [power + 1, rest / prime];
  return { power, rest };
};

/**
 * The fraction as decimal text: all its digits where they end. Where they never end, `places` digits, half away from zero,
 * or `undefined` when no number of places was declared.
 */
export const rationalText = ({ numerator, denominator }: Rational, places?: number): string | undefined => {
  const negative = numerator < 0n;
  const top = negative ? -numerator : numerator;
  const two = powerOf(2n, denominator);
  const five = powerOf(5n, two.rest);
  if (five.rest === 1n) {
    const scale = Math.max(two.power, five.power);
    return writeDigits({ negative, digits: (top * 10n ** BigInt(scale)) / denominator, scale });
  }
  if (places === undefined) return undefined;
  const scaled = top * 10n ** BigInt(places);
  return writeDigits({ negative, digits: (2n * scaled + denominator) / (2n * denominator), scale: places });
};
