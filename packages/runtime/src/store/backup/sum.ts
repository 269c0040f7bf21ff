import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { syncFile } from './sync.ts';

/** Where the sum of a backup stands, in the form that `sha256sum --check` reads. */
export const sumPathOf = (file: string): string => `${file}.sha256`;

export const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

export const writeSum = (file: string, sum: string): void => {
  writeFileSync(sumPathOf(file), `${sum}  ${basename(file)}\n`);
  syncFile(sumPathOf(file));
};

/** The sum that was written beside a backup, null when there is none. */
export const readSum = (file: string): string | null =>
  existsSync(sumPathOf(file)) ? (/^[\da-f]{64}/i.exec(readFileSync(sumPathOf(file), 'utf8'))?.[0] ?? '') : null;
