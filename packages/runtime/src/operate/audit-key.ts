import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CaudalError } from '@caudal/core';
import { acts, keySubject } from '../evidence/acts.ts';
import { createSigningKey, openSigningKey, rotationText } from '../evidence/keys.ts';
import { signNow } from '../schedule/audit-heads.ts';
import type { Services } from '../services.ts';

export interface Rotated {
  readonly from: string;
  readonly key: string;
  /** Where the new private key is. */
  readonly file: string;
  /** Where the old one went; absent where its place is not a file. */
  readonly old?: string;
  readonly publicPem: string;
}

/** Writes a private key that only its owner can read, over nothing. */
export const writeKey = (file: string, pem: string): void => {
  if (existsSync(file))
    throw new CaudalError('config', `${file} is there already: nothing was written`, { sent: 'no' });
  writeFileSync(file, pem, { mode: 0o600, flag: 'wx' });
};

/**
 * A new key takes the old one's place: the old key signs everything so far and then the entry that names the new one. A key in a file is
 * replaced there, and the old file kept beside it; otherwise the new one is written to `into`, and the reference is for a person to change.
 */
export const rotateKey = async (
  services: Services,
  { into }: { readonly into?: string },
  actor: string,
): Promise<Rotated> => {
  const { options, store, clock, secret } = services;
  const { key: reference } = options.audit;
  const refuse = (why: string): never => {
    throw new CaudalError('config', why, { sent: 'no' });
  };
  if (reference === undefined) return refuse('there is no audit key: make one with "caudal audit init-key"');
  const place = reference.startsWith('file:') ? resolve(reference.slice('file:'.length)) : undefined;
  const target = into === undefined ? place : resolve(into);
  if (target === undefined) return refuse('the audit key is in no file: say with --into where the new one goes');
  // Also refuses a key that is not the chain's.
  await signNow(services);
  const old = openSigningKey(await secret(reference));
  const made = createSigningKey();
  const fresh = `${target}.new`;
  writeKey(fresh, made.privatePem);
  await store.write.audit([
    {
      at: clock.now(),
      actor,
      act: acts.keyRotated,
      subject: keySubject,
      hash: null,
      detail: {
        key: made.key,
        publicKey: made.publicKey,
        from: old.key,
        signature: old.sign(rotationText(made, old.key)),
      },
    },
  ]);
  const kept = `${target}.${old.key}.old`;
  if (existsSync(target)) renameSync(target, kept);
  renameSync(fresh, target);
  writeFileSync(`${target}.pub`, made.publicPem);
  if (place === target) await signNow(services);
  return {
    from: old.key,
    key: made.key,
    file: target,
    ...(place === target ? { old: kept } : {}),
    publicPem: made.publicPem,
  };
};
