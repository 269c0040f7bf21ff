import { existsSync, renameSync, rmSync } from 'node:fs';
import { backup } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { CaudalError } from '@caudal/core';
import { openReader } from '../sqlite/connection.ts';
import { restamp } from '../sqlite/log-stamp.ts';
import { refuseForeignLogOfNobody } from '../sqlite/own-log.ts';
import { sqliteError } from '../sqlite/errors.ts';
import { type Contents, contentsOf, inspectFile } from './inspect.ts';
import { assertSpace } from './space.ts';
import { sha256Of, sumPathOf, writeSum } from './sum.ts';
import { syncFile, syncFolderOf } from './sync.ts';

/** All of them: nothing else uses the connection meanwhile. */
const pagesAtOnce = 2 ** 31 - 1;

export interface Backup extends Contents {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

const refuseExisting = (to: string): void => {
  for (const path of [to, sumPathOf(to)])
    if (existsSync(path))
      throw new CaudalError('config', `${path} exists already: nothing is overwritten`, { sent: 'no' });
};

/**
 * Copies a database as it stands at one moment, also while a runtime writes to it: readers never stop the writer. The copy has its
 * name only once it has been read from end to end and holds the same rows; its SHA-256 stands beside it.
 *
 * @throws CaudalError when it can not be made; then nothing is left of it
 */
export const makeBackup = async (from: string, to: string): Promise<Backup> => {
  if (!existsSync(from)) throw new CaudalError('config', `there is no database ${from}`, { sent: 'no' });
  refuseExisting(to);
  refuseForeignLogOfNobody(from);
  const partial = `${to}.partial`;
  try {
    const source = openReader(from);
    let there: Contents;
    let bytes: number;
    try {
      // One read transaction: what is counted is what is copied, whatever is committed meanwhile.
      source.exec('BEGIN');
      there = contentsOf(source, from);
      const pages = source
        .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
        .get();
      bytes = Number(pages?.['bytes']);
      assertSpace(to, bytes);
      rmSync(partial, { force: true });
      await backup(source, partial, { rate: pagesAtOnce });
      source.exec('COMMIT');
    } finally {
      source.close();
    }
    restamp(partial);
    syncFile(partial);
    const here = inspectFile(partial);
    if (!isDeepStrictEqual(here, there))
      throw new CaudalError('bug', `the copy ${partial} does not hold what ${from} held`, {
        detail: JSON.stringify({ there, here }),
        sent: 'no',
      });
    const sha256 = await sha256Of(partial);
    refuseExisting(to);
    writeSum(to, sha256);
    renameSync(partial, to);
    syncFolderOf(to);
    return { file: to, bytes, sha256, ...here };
  } catch (thrown) {
    rmSync(partial, { force: true });
    throw sqliteError(thrown, 'no', from);
  }
};
