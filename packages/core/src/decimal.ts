import { areDigits, type Digits, readDigits, writeDigits } from './digits.ts';

/** The shortest decimal text that names this double, without an exponent. Throws a RangeError for NaN and infinities. */
export const decimalText = (value: number): string => {
  const text = String(value);
  if (Number.isFinite(value) && !text.includes('e')) return text;
  const read = readDigits(text);
  if (read === undefined) throw new RangeError(`${value} is not a decimal number`);
  return writeDigits(read);
};

/**
 * Whether the text is a decimal number: digits, one point, an optional sign and exponent, blanks around it. A comma is not,
 * nor is a text longer than any double.
 */
export const isDecimal = (text: string): boolean => areDigits(text);

/**
 * The number as text with exactly `places` decimals, decided on its decimal digits and never on a binary float:
 * 1.005 → `1.01` where `toFixed` gives `1.00`. No exponent, no thousands separator, no `-0.00`.
 *
 * @param value decimal text, or a double taken as its shortest decimal
 * @param places 0 to 100
 * @param mode `half-up`: half away from zero; `truncate`: towards zero
 * @throws RangeError when the value is not a decimal number or `places` is out of range
 */
export const formatDecimal = (
  value: string | number,
  places: number,
  mode: 'half-up' | 'truncate' = 'half-up',
): string => {
  if (!Number.isInteger(places) || places < 0 || places > 100)
    throw new RangeError(`${places} decimal places cannot be written`);
  const read = readDigits(typeof value === 'number' ? decimalText(value) : value);
  if (read === undefined) throw new RangeError(`${JSON.stringify(value)} is not a decimal number`);
  const { negative, digits, scale } = read;
  if (scale <= places) return writeDigits({ negative, digits: digits * 10n ** BigInt(places - scale), scale: places });
  const cut = 10n ** BigInt(scale - places);
  const rounded = mode === 'truncate' ? digits / cut : (digits + cut / 2n) / cut;
  return writeDigits({ negative, digits: rounded, scale: places });
};

/**
 * Compares two decimal texts by value: `1.50` equals `1.5`. Negative, zero or positive, as in `sort`.
 * @throws RangeError when one of them is not a decimal number
 */
export const compareDecimals = (a: string, b: string): number => {
  const [left, right] = [readDigits(a), readDigits(b)];
  if (left === undefined || right === undefined)
    throw new RangeError(`cannot compare ${JSON.stringify(a)} with ${JSON.stringify(b)}`);
  const scale = Math.max(left.scale, right.scale);
  const value = ({ negative, digits, scale: own }: Digits) =>
    (negative ? -1n : 1n) * digits * 10n ** BigInt(scale - own);
  const difference = value(left) - value(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
