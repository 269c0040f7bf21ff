import { hash } from 'node:crypto';
import type { Json } from '@caudal/core';
import { canonicalJson } from './canonical.ts';

/** One thing that somebody or the runtime did, with the hash of what it was done to. It holds hashes, never bodies. */
export interface AuditEntry {
  readonly at: number;
  readonly actor: string;
  readonly act: string;
  readonly subject: string;
  readonly hash: string | null;
  /** What else belongs to the act: small, and without secrets. */
  readonly detail?: Json;
}

/** An entry in its place. */
export interface ChainRow {
  /** From 1 on, without holes. */
  readonly seq: number;
  /** Canonical JSON of the entry and its `seq`: the bytes that are hashed, in UTF-8. */
  readonly entry: string;
  /** Hex. */
  readonly link: string;
}

/** The link before the first entry: 32 zero bytes. */
export const genesis = '0'.repeat(64);

export const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** The bytes of an entry, as text. */
export const entryText = (seq: number, { at, actor, act, subject, hash: of, detail }: AuditEntry): string =>
  canonicalJson({ seq, at, actor, act, subject, hash: of, detail });

/**
 * The link of an entry: SHA-256 over the 32 bytes of the link before and the 32 bytes of the entry's own SHA-256. Because only the
 * entry's hash goes in, evidence of one work can carry the chain without the words of entries that are about others.
 *
 * @param digest SHA-256 of the entry's bytes, hex
 */
export const linkOf = (previous: string, digest: string): string => sha256(Buffer.from(previous + digest, 'hex'));

/** The next rows of a chain. */
export const chainRows = (
  last: Pick<ChainRow, 'seq' | 'link'> | undefined,
  entries: readonly AuditEntry[],
): readonly ChainRow[] => {
  let { seq, link } = last ?? { seq: 0, link: genesis };
  return entries.map((one) => {
    seq += 1;
    const entry = entryText(seq, one);
    link = linkOf(link, sha256(entry));
    return { seq, entry, link };
  });
};
