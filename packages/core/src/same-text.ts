import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Whether a secret that was shown is the one that is known, in a time that tells nothing about where, or whether in length, they
 * differ.
 */
export const sameText = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));
