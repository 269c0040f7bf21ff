import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '@caudal/core';
import { loadConfigFile } from '../../config/load-config.ts';
import { backUpBeforeMigration } from '../../store/backup/before-migration.ts';
import { openStore } from '../../store/index.ts';
import { exitCodes, type Invocation } from '../command.ts';

/** Opening migrates; nothing else runs meanwhile, because the database is locked. */
export const run = async ({ values, out }: Invocation): Promise<number> => {
  const config = await loadConfigFile(values['config'] as string);
  const path = resolve(config.database ?? './caudal.db');
  if (existsSync(path) && values['skip-backup'] !== true) {
    const made = await backUpBeforeMigration(path, systemClock.now());
    if (made !== null) out(`backup ${made.file}: schema ${made.schema}, sha256 ${made.sha256}`);
  }
  const store = await openStore({ path, clock: systemClock });
  const facts = await store.facts();
  await store.close();
  out(
    `${path}: ${Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  );
  return exitCodes.ok;
};
