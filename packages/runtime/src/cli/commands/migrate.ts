import { CaudalError, systemClock } from '@caudal/core';
import type { RuntimeConfig } from '../../config/define.ts';
import { loadConfigFile } from '../../config/load-config.ts';
import { databaseOf, fileOf, printableDatabase } from '../../config/places.ts';
import { isAddress } from '../../store/engine.ts';
import { openStore } from '../../store/index.ts';
import { exitCodes, type Invocation } from '../command.ts';

/** Copies the database file to a server. The configuration still names the file: changing that is the user's last step. */
const move = async (config: RuntimeConfig, to: string, { values, out }: Invocation): Promise<number> => {
  const file = fileOf(config, 'caudal migrate --to', 'from one server to another moves pg_dump');
  if (!isAddress(to)) throw new CaudalError('config', '--to wants an address, postgres://…', { sent: 'no' });
  const { moveToPostgres } = await import('../../store/postgres/move.ts');
  const moved = await moveToPostgres(file, to, systemClock.now());
  if (values['json'] === true) out(JSON.stringify(moved));
  else {
    for (const { table, rows, sha256 } of moved.tables)
      out(`${table.padEnd(20)} ${String(rows).padStart(9)} rows, sha256 ${sha256}`);
    out(`the audit chain is whole: ${moved.chain} entries`);
    out(`moved to ${printableDatabase(to)}; set DATABASE_URL, or "database" in the configuration, to work there`);
  }
  return exitCodes.ok;
};

/** Opening migrates, a file after a backup; nothing else runs meanwhile, because the database is locked. */
export const run = async (invocation: Invocation): Promise<number> => {
  const { values, out } = invocation;
  const config = await loadConfigFile(values['config'] as string);
  const { to } = values;
  if (typeof to === 'string') return move(config, to, invocation);
  const path = databaseOf(config);
  const wanted = values['skip-backup'] !== true && config.backupBeforeMigration !== false;
  const store = await openStore({ path, clock: systemClock, brief: true, backup: wanted });
  const facts = await store.facts();
  await store.close();
  out(
    `${printableDatabase(path)}: ${Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  );
  return exitCodes.ok;
};
