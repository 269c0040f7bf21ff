import { acts, type KeyDetail } from './acts.ts';
import { type ChainRow, genesis, linkOf, sha256 } from './chain.ts';
import { headText, type SignedHead } from './heads.ts';
import { isNamed, isSigned, rotationText } from './keys.ts';

/** The first entry that is not as it was, or a head that the chain does not bear out. */
export interface Fault {
  readonly seq: number;
  readonly message: string;
}

export interface Verified {
  readonly fault: Fault | undefined;
  readonly entries: number;
  readonly first: number;
  readonly last: number;
  /** The link of the last entry. */
  readonly link: string;
  readonly heads: number;
  /** The newest entry that a signature of a trusted key vouches for; 0 when there is none. */
  readonly signedTo: number;
  /** Names of keys whose signatures count, oldest first. */
  readonly keys: readonly string[];
}

export interface VerifierOptions {
  /** The entry before the first that is pushed. Default: the beginning of the chain. */
  readonly after?: Pick<ChainRow, 'seq' | 'link'>;
  readonly heads?: readonly SignedHead[];
  /** Public key (SPKI, DER, base64) that is known to be ours. Default: the first key of the chain is believed. */
  readonly trusted?: string;
  /** Keys of entries before the first that is pushed. */
  readonly keys?: readonly KeyDetail[];
}

interface ParsedEntry {
  readonly seq: number;
  readonly act: string;
  readonly detail?: KeyDetail;
}

const parse = (text: string): ParsedEntry | undefined => {
  try {
    return JSON.parse(text) as ParsedEntry;
  } catch {
    return undefined;
  }
};

/**
 * Follows a chain entry by entry in constant memory, stops at the first that is not as it was, and checks every head against it:
 * its link, and a signature by the key that was in force at that entry.
 */
export const createVerifier = (options: VerifierOptions = {}) => {
  let { seq, link } = options.after ?? { seq: 0, link: genesis };
  const first = seq + 1;
  let entries = 0;
  let fault: Fault | undefined;
  let checked = 0;
  let signedTo = 0;
  let inForce: KeyDetail | undefined;
  const trusted: string[] = [];
  const heads = (options.heads ?? []).filter((head) => head.seq >= first).toSorted((a, b) => a.seq - b.seq);
  let nextHead = 0;

  const fail = (at: number, message: string) => {
    fault ??= { seq: at, message };
  };

  const believes = (key: KeyDetail): boolean => {
    if (options.trusted !== undefined && key.publicKey === options.trusted) return true;
    if (key.from === undefined) return options.trusted === undefined;
    return trusted.includes(key.from);
  };

  const takeKey = (key: KeyDetail, at: number) => {
    if (!isNamed(key)) return fail(at, 'names a key that it does not hold');
    if (inForce !== undefined) {
      const { from, signature = '' } = key;
      if (from !== inForce.key || !isSigned(inForce.publicKey, rotationText(key, from), signature))
        return fail(at, `brings the key ${key.key}, which the key before it did not sign`);
    }
    if (believes(key)) trusted.push(key.key);
    inForce = key;
  };

  const checkHead = (head: SignedHead) => {
    if (head.link !== link)
      return fail(head.seq, 'is not the one that was signed: the head of this entry has another hash');
    if (inForce?.key !== head.key)
      return fail(head.seq, `has a head by the key ${head.key}, which is not the one in force`);
    if (!isSigned(inForce.publicKey, headText(head), head.signature))
      return fail(head.seq, 'has a head whose signature is wrong');
    checked += 1;
    if (trusted.includes(head.key)) signedTo = head.seq;
  };

  for (const key of options.keys ?? []) takeKey(key, seq);

  return {
    /** Answers false when there is nothing more to find: an entry is bad. */
    push(row: ChainRow): boolean {
      if (fault !== undefined) return false;
      const wanted = seq + 1;
      if (row.seq !== wanted) {
        fail(wanted, row.seq > wanted ? 'is missing' : `is out of order: ${row.seq} comes after ${seq}`);
        return false;
      }
      const digest = sha256(row.entry);
      if (linkOf(link, digest) !== row.link) {
        fail(wanted, 'is not what was written, or the entry before it is not');
        return false;
      }
      const entry = parse(row.entry);
      if (entry?.seq !== wanted) {
        fail(wanted, 'stands in another place than it was written for');
        return false;
      }
      seq = wanted;
      link = row.link;
      entries += 1;
      if ((entry.act === acts.keyIntroduced || entry.act === acts.keyRotated) && entry.detail !== undefined)
        takeKey(entry.detail, wanted);
      for (let head = heads[nextHead]; head?.seq === seq; head = heads[nextHead]) {
        checkHead(head);
        nextHead += 1;
      }
      return fault === undefined;
    },
    /** @param whole whether the chain ends here, so that a head beyond it tells of entries that are gone */
    end(whole = true): Verified {
      const beyond = heads[nextHead];
      if (whole && beyond !== undefined)
        fail(seq + 1, `is missing, and all after it: a head was signed for entry ${beyond.seq}`);
      return { fault, entries, first, last: seq, link, heads: checked, signedTo, keys: trusted };
    },
  };
};
