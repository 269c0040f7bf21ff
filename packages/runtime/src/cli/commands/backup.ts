import { resolve } from 'node:path';
import { systemClock } from '@caudal/core';
import { loadConfigFile } from '../../config/load-config.ts';
import { fileOf } from '../../config/places.ts';
import { rowsText } from '../../store/backup/inspect.ts';
import { makeBackup } from '../../store/backup/make-backup.ts';
import { stamp } from '../../store/backup/restore-backup.ts';
import { exitCodes, type Invocation } from '../command.ts';

/** Reads beside the runtime that runs, if one does: a reader never stops the writer. */
export const run = async ({ values, words, out, err }: Invocation): Promise<number> => {
  if (words.length > 1) {
    err('caudal backup: one file at most.');
    return exitCodes.usage;
  }
  const config = await loadConfigFile(values['config'] as string);
  const database = fileOf(config, 'caudal backup', 'pg_dump, or the archive of its write-ahead log, backs up a server');
  const made = await makeBackup(database, resolve(words[0] ?? `${database}.${stamp(systemClock.now())}.backup`));
  out(
    values['json'] === true
      ? JSON.stringify(made)
      : `${made.file}: ${made.bytes} bytes, schema ${made.schema}, ${rowsText(made)}; whole, sha256 ${made.sha256}`,
  );
  return exitCodes.ok;
};
