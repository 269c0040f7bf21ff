import { resolve } from 'node:path';
import { systemClock } from '@caudal/core';
import { loadConfigFile } from '../../config/load-config.ts';
import { openStore } from '../../store/index.ts';
import { exitCodes, type Invocation } from '../command.ts';

/** Opening migrates, after a backup; nothing else runs meanwhile, because the database is locked. */
export const run = async ({ values, out }: Invocation): Promise<number> => {
  const config = await loadConfigFile(values['config'] as string);
  const path = resolve(config.database ?? './caudal.db');
  const wanted = values['skip-backup'] !== true && config.backupBeforeMigration !== false;
  const store = await openStore({ path, clock: systemClock, brief: true, backup: wanted });
  const facts = await store.facts();
  await store.close();
  out(
    `${path}: ${Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  );
  return exitCodes.ok;
};
