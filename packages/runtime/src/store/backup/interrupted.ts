import { existsSync } from 'node:fs';
import { CaudalError } from '@caudal/core';

/** A backup on its way to the database's place. It is there only while a restore runs. */
export const interruptedPathOf = (database: string): string => `${database}.restoring`;

/**
 * What a restore left half done is not taken for a database that is new or whole.
 *
 * @throws kind `config` with what to do
 */
export const refuseInterruptedRestore = (database: string): void => {
  const path = interruptedPathOf(database);
  if (!existsSync(path)) return;
  throw new CaudalError(
    'config',
    `a restore of ${database} was interrupted: run "caudal restore <file>" again, or remove ${path} to go on with what is there`,
    { sent: 'no' },
  );
};
