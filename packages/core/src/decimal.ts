/** Digits of a decimal number without floats: `negative`, all digits, and how many of them stand after the point. */
interface Digits {
  readonly negative: boolean;
  readonly digits: bigint;
  readonly scale: number;
}

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

const parse = (text: string): Digits | undefined => {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0
    ? { negative: sign === '-', digits, scale }
    : { negative: sign === '-', digits: digits * 10n ** BigInt(-scale), scale: 0 };
};

const write = ({ negative, digits, scale }: Digits): string => {
  const text = digits.toString().padStart(scale + 1, '0');
  const body = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  return negative && digits !== 0n ? `-${body}` : body;
};

/** The shortest decimal text that names this double, without an exponent. Throws a RangeError for NaN and infinities. */
export const decimalText = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a decimal number`);
  const parsed = parse(String(value));
  if (parsed === undefined) throw new RangeError(`${value} is not a decimal number`);
  return write(parsed);
};

/** Whether the text is a decimal number: digits, one point, an optional sign and exponent. A comma is not. */
export const isDecimal = (text: string): boolean => parse(text) !== undefined;

/**
 * The number as text with exactly `places` decimals, decided on its decimal digits and never on a binary float:
 * 1.005 → `1.01` where `toFixed` gives `1.00`. No exponent, no thousands separator, no `-0.00`.
 *
 * @param value decimal text, or a double taken as its shortest decimal
 * @param mode `half-up`: half away from zero; `truncate`: towards zero
 * @throws RangeError when the value is not a decimal number
 */
export const formatDecimal = (
  value: string | number,
  places: number,
  mode: 'half-up' | 'truncate' = 'half-up',
): string => {
  const parsed = parse(typeof value === 'number' ? decimalText(value) : value);
  if (parsed === undefined) throw new RangeError(`${JSON.stringify(value)} is not a decimal number`);
  const { negative, digits, scale } = parsed;
  if (scale <= places) return write({ negative, digits: digits * 10n ** BigInt(places - scale), scale: places });
  const cut = 10n ** BigInt(scale - places);
  const rounded = mode === 'truncate' ? digits / cut : (digits + cut / 2n) / cut;
  return write({ negative, digits: rounded, scale: places });
};

/** Compares two decimal texts by value: `1.50` equals `1.5`. Negative, zero or positive, as in `sort`. */
export const compareDecimals = (a: string, b: string): number => {
  const [left, right] = [parse(a), parse(b)];
  if (left === undefined || right === undefined)
    throw new RangeError(`cannot compare ${JSON.stringify(a)} with ${JSON.stringify(b)}`);
  const scale = Math.max(left.scale, right.scale);
  const value = ({ negative, digits, scale: own }: Digits) =>
    (negative ? -1n : 1n) * digits * 10n ** BigInt(scale - own);
  const difference = value(left) - value(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
