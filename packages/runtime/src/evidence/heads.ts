import { canonicalJson } from './canonical.ts';
import type { ChainRow } from './chain.ts';
import type { SigningKey } from './keys.ts';

/** The state of the chain at one entry, signed. Whoever holds one can prove that nothing up to it was changed later. */
export interface SignedHead {
  readonly seq: number;
  readonly link: string;
  /** When it was signed, UTC milliseconds. */
  readonly at: number;
  /** Name of the key. */
  readonly key: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

/** The bytes that are signed. */
export const headText = ({ seq, link, at, key }: Omit<SignedHead, 'signature'>): string =>
  canonicalJson({ type: 'caudal.audit-head/v1', seq, link, at, key });

export const signHead = ({ seq, link }: Pick<ChainRow, 'seq' | 'link'>, at: number, key: SigningKey): SignedHead => {
  const head = { seq, link, at, key: key.key };
  return { ...head, signature: key.sign(headText(head)) };
};

/** One line of a heads file, and what a mail or a webhook carries. */
export const headLine = ({ seq, link, at, key, signature }: SignedHead): string =>
  canonicalJson({ seq, link, at, key, signature });

const isHead = (value: unknown): value is SignedHead => {
  const head = value as SignedHead | null;
  return (
    typeof head === 'object' &&
    head !== null &&
    Number.isSafeInteger(head.seq) &&
    Number.isSafeInteger(head.at) &&
    [head.link, head.key, head.signature].every((text) => typeof text === 'string')
  );
};

/**
 * The heads of a file of JSON lines, by entry; the same line twice is one head.
 *
 * @throws Error that names the line which is no head
 */
export const parseHeads = (text: string): SignedHead[] => {
  const heads = new Map<string, SignedHead>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    let head: unknown;
    try {
      head = JSON.parse(line);
    } catch {
      head = undefined;
    }
    if (!isHead(head)) throw new Error(`line ${index + 1} is no head of a chain`);
    heads.set(headLine(head), head);
  }
  return [...heads.values()].toSorted((a, b) => a.seq - b.seq);
};
