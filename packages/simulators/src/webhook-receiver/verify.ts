import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a receiver finds in a request; everything but `verified` is refused. */
export type WebhookVerdict = 'verified' | 'missing-header' | 'bad-timestamp' | 'stale' | 'bad-signature';

const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

const same = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/**
 * Standard Webhooks' symmetric scheme, written from the specification: HMAC-SHA256 over `id.timestamp.body`, base64, behind `v1,`;
 * several signatures stand apart by a space, and one that holds is enough.
 */
export const verifyWebhook = (
  headers: Readonly<Record<string, string>>,
  body: string,
  secrets: readonly string[],
  now: number,
  toleranceMs: number,
): WebhookVerdict => {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`] ?? '');
  if (!id || !timestamp || !signatures) return 'missing-header';
  if (!/^\d{1,12}$/.test(timestamp) || id.includes('.')) return 'bad-timestamp';
  if (Math.abs(now - Number(timestamp) * 1000) > toleranceMs) return 'stale';
  const given = signatures.split(' ').filter((signature) => signature.startsWith('v1,'));
  const holds = secrets.some((secret) => {
    const expected = `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    return given.some((signature) => same(signature, expected));
  });
  return holds ? 'verified' : 'bad-signature';
};
