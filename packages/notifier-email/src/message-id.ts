import { createHash } from 'node:crypto';

/** What stands behind the `@` of a sender. */
const domainOf = (from: string): string => /@([^>\s]+)>?$/.exec(from)?.[1] ?? 'localhost';

/**
 * The Message-ID (RFC 5322, 3.6.4) of an idempotency key: the same key gives the same id, so that a repeated message is
 * recognised by servers and mail programs that look at it. The key itself is not readable in it.
 */
export const messageIdOf = (idempotencyKey: string, from: string): string =>
  `<${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 40)}@${domainOf(from)}>`;
