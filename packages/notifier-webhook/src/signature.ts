import { createHash } from 'node:crypto';
import { CaudalError, type Host, type SecretReference } from '@caudal/core';

/** Signs one content with every secret of a receiver. */
export type Sign = (id: string, at: number, payload: string) => string;

/**
 * Resolves the secrets, and loads the library, when the socket needs them.
 *
 * @throws CaudalError kind `config`, scope `credential`, for what is no `whsec_` secret of 24 to 64 bytes (Standard Webhooks,
 * "Signature scheme")
 */
export const signer = async (references: readonly SecretReference[], host: Host): Promise<Sign> => {
  const { Webhook } = await import('standardwebhooks');
  const keys = await Promise.all(
    references.map(async (reference) => {
      const secret = await host.secret(reference);
      host.redact.add(secret);
      host.redact.add(secret.replace(/^whsec_/, ''));
      const text = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] ?? '';
      const bytes = Buffer.from(text, 'base64');
      if (bytes.length < 24 || bytes.length > 64 || bytes.toString('base64') !== text) {
        throw new CaudalError('config', 'a signing secret is not whsec_ and the base64 of 24 to 64 bytes', {
          sent: 'no',
          scope: 'credential',
          credential: reference,
        });
      }
      return new Webhook(secret);
    }),
  );
  return (id, at, payload) => keys.map((key) => key.sign(id, new Date(at), payload)).join(' ');
};

/**
 * The idempotency key as a `webhook-id`. It may hold no full stop, which separates the parts of what is signed, and nothing that a
 * header forbids; a key that does is replaced by its hash.
 */
export const idOf = (idempotencyKey: string): string =>
  /^[A-Za-z0-9_-]{1,100}$/.test(idempotencyKey)
    ? idempotencyKey
    : `msg_${createHash('sha256').update(idempotencyKey).digest('hex')}`;
