import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoreReads } from '../../store/store.ts';
import { acts, keySubject, type KeyDetail } from '../acts.ts';
import { genesis, sha256 } from '../chain.ts';
import { headLine, type SignedHead } from '../heads.ts';
import { publicPem } from '../keys.ts';
import { readChain } from '../read-chain.ts';
import { entryOf } from '../read-work.ts';

export interface Segment {
  /** Subjects whose entries go in as they are; of the others goes the hash alone. */
  readonly subjects: ReadonlySet<string>;
  readonly last: number;
  readonly head: SignedHead | null;
}

/** The first entry about any of the subjects. */
const firstOf = async (read: StoreReads, { subjects, last }: Segment): Promise<number> => {
  let first = last;
  for (const subject of subjects) {
    if (subject === keySubject || subject === acts.configuration) continue;
    first = Math.min(first, (await read.chainOf(subject))[0]?.seq ?? last);
  }
  return first;
};

const lines = async function* (read: StoreReads, { subjects, last }: Segment, first: number): AsyncGenerator<string> {
  for await (const { entry } of readChain(read, first - 1, last))
    yield `${subjects.has(entryOf({ entry }).subject) ? entry : JSON.stringify(sha256(entry))}\n`;
};

/** The part of the chain that proves a package, in `chain/`. */
export const putChain = async (folder: string, read: StoreReads, segment: Segment): Promise<void> => {
  const { last, head } = segment;
  const first = await firstOf(read, segment);
  const [before] = first === 1 ? [] : await read.chainPage({ after: first - 2, limit: 1 });
  const put = (name: string, content: string) => writeFileSync(join(folder, 'chain', name), content);
  mkdirSync(join(folder, 'chain'));
  await pipeline(Readable.from(lines(read, segment, first)), createWriteStream(join(folder, 'chain', 'entries.jsonl')));
  put('chain.json', `${JSON.stringify({ first, previous: before?.link ?? genesis, last })}\n`);
  if (head === null) return;
  put('head.json', `${headLine(head)}\n`);
  const keys = (await read.chainOf(keySubject)).map((row) => entryOf(row).detail as unknown as KeyDetail);
  put('public.pem', publicPem(keys.find(({ key }) => key === head.key)?.publicKey ?? ''));
};
