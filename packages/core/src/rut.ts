/**
 * Check digit of a Chilean RUT body, modulo 11 with the factors 2…7 from the right: `0`–`9` or `K`.
 * @throws RangeError for a body that is not a whole number above zero
 */
export const rutCheckDigit = (body: number): string => {
  if (!Number.isSafeInteger(body) || body <= 0) throw new RangeError(`${body} is not the body of a RUT`);
  let sum = 0;
  let factor = 2;
  for (let rest = body; rest > 0; rest = Math.floor(rest / 10)) {
    sum += (rest % 10) * factor;
    factor = factor === 7 ? 2 : factor + 1;
  }
  const digit = 11 - (sum % 11);
  return digit === 11 ? '0' : digit === 10 ? 'K' : String(digit);
};

/**
 * A RUT in wire form `NNNNNNNN-D` (no dots, upper-case K, no leading zeros), or `undefined` when it is none. Dots, spaces
 * around it and a lower-case k are accepted on input.
 *
 * `checkDigit: 'ignore'` is the documented escape hatch: the DGA's own published samples (77555666-7, 20999888-7) fail
 * modulo 11, and whether its server verifies the digit is unknown.
 */
export const parseRut = (
  text: string,
  options: { readonly checkDigit?: 'verify' | 'ignore' } = {},
): string | undefined => {
  const match = /^0*([1-9]\d{0,8})-?([\dK])$/.exec(text.trim().replaceAll('.', '').toUpperCase());
  if (match === null) return undefined;
  const [, body = '', digit = ''] = match;
  if (options.checkDigit !== 'ignore' && rutCheckDigit(Number(body)) !== digit) return undefined;
  return `${body}-${digit}`;
};
