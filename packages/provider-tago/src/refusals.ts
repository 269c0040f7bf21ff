import { type ErrorKind, isJsonObject } from '@caudal/core';

/** What a refusal by TagoIO means. */
interface Refusal {
  readonly pattern: RegExp;
  readonly kind: ErrorKind;
  readonly says: string;
}

/**
 * By the words of the message, in this order: TagoIO answers `status: false` with any HTTP status, 200 included, so the status
 * alone decides nothing. The monthly Data Output counts every register returned and stops reading until the month ends.
 */
export const refusals: readonly Refusal[] = [
  {
    pattern: /data output|quota|plan limit|service limit/i,
    kind: 'quota',
    says: 'the Data Output of the month is used up',
  },
  { pattern: /too many requests|rate limit/i, kind: 'rate-limit', says: 'too many requests in this minute' },
  {
    pattern: /authorization denied|invalid token|token (has )?expired|unauthorized|permission/i,
    kind: 'auth',
    says: 'the token was refused',
  },
  { pattern: /not found|does(n't| not) exist/i, kind: 'config', says: 'there is no such device' },
];

/** The message of an answer with `status: false`, in either shape: at the top or inside `result`; undefined for any other. */
export const refusalOf = (answer: unknown): string | undefined => {
  if (!isJsonObject(answer) || answer['status'] !== false) return undefined;
  const { result } = answer;
  const message = answer['message'] ?? (isJsonObject(result) ? result['message'] : result);
  return typeof message === 'string' ? message : '';
};

/** `Too many requests (Retry-After: 8)`: the wait is inside the message, in seconds. */
export const waitIn = (message: string): number | undefined => {
  const seconds = /retry-after:?\s*(\d{1,6})/i.exec(message)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
};
