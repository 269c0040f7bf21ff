import { dirname, join, resolve } from 'node:path';
import { CaudalError } from '@caudal/core';
import { isAddress } from '../store/engine.ts';
import { printableAddress } from '../store/postgres/address.ts';
import type { RuntimeConfig } from './define.ts';

const defaultFile = './caudal.db';

/** Files of the log. */
export interface LogFiles {
  /** Every line. */
  readonly all: string;
  /** The stream `errors` once more: what happens often must not rotate away what went wrong. */
  readonly errors: string;
}

export const logFilesIn = (folder: string): LogFiles => ({
  all: join(folder, 'caudal.log'),
  errors: join(folder, 'caudal.errors.log'),
});

/** What is kept where. */
export interface Places {
  /** Absolute path of the file, or address of the server. */
  readonly database: string;
  readonly log: LogFiles;
  /** What the name of the control socket begins with. */
  readonly socket: string;
}

/**
 * The database of a configuration: its own, else DATABASE_URL, else a file here.
 *
 * @param folder that a relative path is taken from
 */
export const databaseOf = (
  { database }: { readonly database?: string | undefined },
  folder = '.',
  environment: NodeJS.ProcessEnv = process.env,
): string => {
  const named = database ?? environment['DATABASE_URL'] ?? defaultFile;
  return isAddress(named) ? named : resolve(folder, named);
};

/**
 * The database file, for what can be done with a file alone.
 *
 * @throws CaudalError kind `unsupported` with what to do instead, when the database is on a server
 */
export const fileOf = (config: Pick<RuntimeConfig, 'database'>, act: string, instead: string): string => {
  const database = databaseOf(config);
  if (!isAddress(database)) return database;
  throw new CaudalError('unsupported', `${act} is for a database file: ${instead} (docs/postgres.md)`, { sent: 'no' });
};

/** Log and control socket lie beside a database file; with a server they lie in `folder`, which is each instance's own. */
export const placesOf = (config: Pick<RuntimeConfig, 'database' | 'folder'>): Places => {
  const database = databaseOf(config);
  const socket = isAddress(database) ? resolve(config.folder ?? '.', 'caudal') : database;
  return { database, log: logFilesIn(dirname(socket)), socket };
};

/** As people and logs may see it: without a password. */
export const printableDatabase = (database: string): string =>
  isAddress(database) ? printableAddress(database) : database;
