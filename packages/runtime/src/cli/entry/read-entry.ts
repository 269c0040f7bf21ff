import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { CaudalError } from '@caudal/core';

const mediaTypes: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.tsv': 'text/csv',
  '.txt': 'text/csv',
  '.json': 'application/json',
};

const refuse = (why: string): never => {
  throw new CaudalError('config', why, { sent: 'no' });
};

/**
 * The media type of a file: as said, by its ending, or of standard input the first that the provider takes.
 *
 * @param taken what the provider takes
 */
export const mediaTypeOf = (file: string, said: string | undefined, taken: readonly string[]): string => {
  const [first] = taken;
  if (first === undefined) return refuse('this provider takes nothing that people hand in');
  const found = said ?? (file === '-' ? first : mediaTypes[extname(file).toLowerCase()]);
  if (found === undefined) return refuse(`say with --media-type what ${file} is: ${taken.join(' or ')}`);
  return taken.includes(found) ? found : refuse(`the provider takes ${taken.join(' and ')}; this is ${found}`);
};

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * @throws CaudalError kind `config` when it can not be read, is empty, or has more than `limit` bytes
 */
export const readEntry = async (file: string, limit: number): Promise<Uint8Array> => {
  const source: Readable = file === '-' ? process.stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > limit) return refuse(`${file} has more than ${limit} bytes (http.maxManualBytes)`);
    }
  } catch (thrown) {
    if (thrown instanceof CaudalError) throw thrown;
    return refuse(`${file} can not be read: ${(thrown as Error).message}`);
  }
  return size === 0 ? refuse(`${file} is empty`) : Buffer.concat(chunks, size);
};
