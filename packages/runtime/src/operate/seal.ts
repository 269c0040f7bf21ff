import { CaudalError } from '@caudal/core';
import { acts } from '../evidence/acts.ts';
import type { SignedHead } from '../evidence/heads.ts';
import { signNow } from '../schedule/audit-heads.ts';
import type { Services } from '../services.ts';

/** What was exported, by the hash of its manifest. */
export interface Exported {
  readonly work: string;
  readonly from: number;
  readonly to: number;
  /** SHA-256 of the manifest, hex. */
  readonly manifest: string;
}

/** Puts an export into the chain and signs it there, so that the package can be proven to be the one that was made. */
export const sealEvidence = async (
  services: Services,
  { work, from, to, manifest }: Exported,
  actor: string,
): Promise<{ readonly head: SignedHead | null; readonly last: number }> => {
  if (!/^[0-9a-f]{64}$/.test(manifest)) throw new CaudalError('config', 'the manifest has no hash', { sent: 'no' });
  const { store, clock } = services;
  await store.write.audit([
    { at: clock.now(), actor, act: acts.exported, subject: `work:${work}`, hash: manifest, detail: { work, from, to } },
  ]);
  const head = await signNow(services);
  return { head, last: head?.seq ?? (await store.read.chainEnd())?.seq ?? 0 };
};
