import { CaudalError } from '@caudal/core';

/** Older ones can corrupt a database when two connections write or checkpoint at one moment (WAL reset, 3.7.0 to 3.51.2). */
const leastSqlite = '3.51.3';

const parts = (version: string): number[] => version.split('.').map(Number);

/** Throws kind `config` for an SQLite older than {@link leastSqlite}. */
export const assertSqliteVersion = (version: string): void => {
  const least = parts(leastSqlite);
  const difference = parts(version)
    .map((part, index) => part - (least[index] ?? 0))
    .find((part) => part !== 0);
  if ((difference ?? 0) >= 0) return;
  throw new CaudalError(
    'config',
    `this Node.js brings SQLite ${version}, and the store needs ${leastSqlite} or newer: use Node.js 24.15 or 22.23 and up`,
    { sent: 'no' },
  );
};
