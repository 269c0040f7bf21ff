import { systemClock } from '@caudal/core';
import { loadConfigFile } from '../../config/load-config.ts';
import { fileOf } from '../../config/places.ts';
import { compactDatabase } from '../../store/backup/compact.ts';
import { exitCodes, type Invocation } from '../command.ts';

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const config = await loadConfigFile(values['config'] as string);
  const path = fileOf(config, 'caudal compact', 'the server gives space back by itself, by autovacuum');
  const compacted = compactDatabase(path, systemClock.now());
  out(
    values['json'] === true
      ? JSON.stringify({ database: path, ...compacted })
      : `${path}: ${compacted.bytesBefore} bytes before, ${compacted.bytesAfter} now; whole`,
  );
  return exitCodes.ok;
};
