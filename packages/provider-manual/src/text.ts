import type { ManualConfig } from './config.ts';
import { nothingIn } from './nothing.ts';

// Both leave a byte order mark out where there is one.
const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

/**
 * The bytes as text. Excel saves "CSV UTF-8" with a byte order mark and "CSV" in the code page of the system, which in the Americas is
 * windows-1252; its letters beyond ASCII are hardly ever valid UTF-8, so trying UTF-8 first tells the two apart.
 */
export const textOf = (body: Uint8Array, encoding: ManualConfig['encoding']): string => {
  if (encoding === 'windows-1252') return windows1252.decode(body);
  try {
    return utf8.decode(body);
  } catch {
    return encoding === undefined ? windows1252.decode(body) : nothingIn('the body is not UTF-8');
  }
};
