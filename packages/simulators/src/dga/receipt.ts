import { mulberry32 } from '../random.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The n-th receipt of a seed: 32 letters and digits, as in the manual's samples. */
export const receiptOf = (seed: number, n: number): string => {
  const random = mulberry32(Math.imul(seed, 0x9e3779b1) + n);
  return Array.from({ length: 32 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
};
