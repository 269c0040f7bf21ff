import { resolve } from 'node:path';
import { systemClock } from '@caudal/core';
import { loadConfigFile } from '../../config/load-config.ts';
import { fileOf } from '../../config/places.ts';
import { rowsText } from '../../store/backup/inspect.ts';
import { restoreBackup } from '../../store/backup/restore-backup.ts';
import { exitCodes, type Invocation } from '../command.ts';

export const run = async ({ values, words, out, err }: Invocation): Promise<number> => {
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) {
    err('caudal restore: say which backup: caudal restore <file>.');
    return exitCodes.usage;
  }
  const config = await loadConfigFile(values['config'] as string);
  const database = fileOf(
    config,
    'caudal restore',
    'pg_restore, or the archive of its write-ahead log, restores a server',
  );
  const from = resolve(file);
  const restored = await restoreBackup(from, database, systemClock.now());
  if (!restored.sumChecked) err(`caudal restore: no SHA-256 lies beside ${from}; the file itself is whole.`);
  if (values['json'] === true) out(JSON.stringify({ database, ...restored }));
  else
    out(
      [
        `${database} is ${from}: schema ${restored.schema}, ${rowsText(restored)}`,
        restored.keptAs === null ? 'no database was there before' : `what was there before is ${restored.keptAs}`,
      ].join('\n'),
    );
  return exitCodes.ok;
};
