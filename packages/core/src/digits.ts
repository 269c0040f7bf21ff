/** A decimal number without floats: sign, all digits, and how many of them stand after the point. */
export interface Digits {
  readonly negative: boolean;
  readonly digits: bigint;
  readonly scale: number;
}

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** The longest exact double has 1 076 characters; what is longer is no measurement, and big integers cost the square of it. */
const longest = 1200;

const shape = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** Whether {@link readDigits} can read the text. */
export const areDigits = (text: string): boolean => text.length <= longest && shape.test(text.trim());

/** Reads decimal text; `undefined` for what is none. */
export const readDigits = (text: string): Digits | undefined => {
  if (text.length > longest) return undefined;
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

/** Writes every digit of the scale, zeros too. Zero has no sign. */
export const writeDigits = ({ negative, digits, scale }: Digits): string => {
  const text = digits.toString().padStart(scale + 1, '0');
  const body = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  return negative && digits !== 0n ? `-${body}` : body;
};
