import type { StoreReads } from '../store/store.ts';
import { type KeyDetail, keySubject } from './acts.ts';
import type { ChainRow } from './chain.ts';
import { headLine, type SignedHead } from './heads.ts';
import { createVerifier, type Verified } from './verify-chain.ts';

const pageRows = 5_000;

/** Entries of a chain in order, a page at a time. */
export const readChain = async function* (
  read: Pick<StoreReads, 'chainPage'>,
  after: number,
  to = Infinity,
): AsyncGenerator<ChainRow> {
  for (let last = after; last < to;) {
    const page = await read.chainPage({ after: last, limit: Math.min(pageRows, to - last) });
    yield* page;
    if (page.length === 0) return;
    last = page.at(-1)?.seq ?? to;
  }
};

const readHeads = async function* (read: Pick<StoreReads, 'heads'>, after: number): AsyncGenerator<SignedHead> {
  for (let last = after; ;) {
    const page = await read.heads({ after: last, limit: pageRows });
    yield* page;
    if (page.length === 0) return;
    last = page.at(-1)?.seq ?? last;
  }
};

/** The keys that entries up to one brought in. */
const keysTo = async (read: Pick<StoreReads, 'chainOf'>, seq: number): Promise<readonly KeyDetail[]> =>
  (await read.chainOf(keySubject))
    .filter((row) => row.seq <= seq)
    .flatMap(({ entry }) => (JSON.parse(entry) as { detail?: KeyDetail }).detail ?? []);

export interface ChainQuestion {
  /** First entry; what is before it is taken as it stands. Default: 1. */
  readonly from?: number;
  /** Last entry. Default: the newest. */
  readonly to?: number;
  /** Heads that were kept elsewhere. */
  readonly heads?: readonly SignedHead[];
  /** Public key that is known to be ours: SPKI, DER, base64. */
  readonly trusted?: string;
}

/** Follows a stored chain, with the heads beside it and those kept elsewhere. Constant memory but for the heads. */
export const verifyStored = async (
  read: Pick<StoreReads, 'chainPage' | 'chainOf' | 'heads'>,
  { from = 1, to = Infinity, heads = [], trusted }: ChainQuestion,
): Promise<Verified> => {
  const all = new Map(heads.map((head) => [headLine(head), head]));
  for await (const head of readHeads(read, from - 1)) all.set(headLine(head), head);
  const [before] = from > 1 ? await read.chainPage({ after: from - 2, limit: 1 }) : [];
  const verifier = createVerifier({
    ...(before === undefined ? {} : { after: before, keys: await keysTo(read, before.seq) }),
    heads: [...all.values()],
    ...(trusted === undefined ? {} : { trusted }),
  });
  for await (const row of readChain(read, from - 1, to)) if (!verifier.push(row)) break;
  return verifier.end(to === Infinity);
};
