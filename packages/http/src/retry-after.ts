/** Longest wait that is believed; a day more is a mistake of the other side. */
const longestMs = 31 * 24 * 3_600_000;

/**
 * `Retry-After` as milliseconds to wait: seconds, or an HTTP date (RFC 9110, 10.2.3). A date counts from `now`, which should be
 * the other side's own clock where its answer has a `Date`. Undefined when it is neither; never negative.
 */
export const parseRetryAfter = (text: string | undefined, now: number): number | undefined => {
  const value = text?.trim() ?? '';
  const wait = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) && (/^\d/.test(value) || /^[A-Za-z]{3}/.test(value))
    ? Math.min(Math.max(0, Math.round(wait)), longestMs)
    : undefined;
};
