import { CaudalError, type ErrorKind, type ErrorScope, isCaudalError, toCaudalError } from '@caudal/core';
import { troubles } from '../trouble.ts';

interface Meaning {
  readonly kind: ErrorKind;
  readonly scope: ErrorScope;
  readonly message: string;
}

const busy: Meaning = { kind: 'transient', scope: 'instance', message: 'the database is locked by another program' };
const damaged: Meaning = {
  kind: 'config',
  scope: 'instance',
  message: 'the database file is damaged or no database: restore a backup of it',
};
const refused: Meaning = { kind: 'invalid-data', scope: 'item', message: 'the database refused a row' };

/** By SQLite's primary result code (https://www.sqlite.org/rescode.html). What is not listed is a bug. */
const meanings: Readonly<Record<number, Meaning>> = {
  5: busy,
  6: busy,
  7: { kind: 'transient', scope: 'instance', message: 'the database has no memory left' },
  8: { kind: 'config', scope: 'instance', message: 'the database may not be written: look at its permissions' },
  10: { kind: 'transient', scope: 'instance', message: `${troubles.disk} failed to read or write` },
  11: damaged,
  13: { kind: 'transient', scope: 'instance', message: `${troubles.disk} is full` },
  14: { kind: 'config', scope: 'instance', message: 'the database file can not be opened' },
  18: refused,
  19: refused,
  20: refused,
  26: damaged,
};

const resultCode = (thrown: unknown): number | undefined => {
  const code = (thrown as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
};

/**
 * What node:sqlite threw, as a CaudalError. `sent` is `no` when the transaction was certainly rolled back.
 * A value that could not be bound (a BigInt, an object) is `invalid-data` as well.
 */
export const sqliteError = (thrown: unknown, sent: 'no' | 'maybe' = 'no', path?: string): CaudalError => {
  if (isCaudalError(thrown)) return thrown;
  const code = resultCode(thrown);
  const bound = (thrown as { code?: unknown } | null)?.code === 'ERR_INVALID_ARG_TYPE';
  const meaning = bound ? refused : code === undefined ? undefined : meanings[code];
  if (meaning === undefined) return toCaudalError(thrown, 'the store failed');
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new CaudalError(meaning.kind, `${meaning.message}${path === undefined ? '' : ` (${path})`}: ${detail}`, {
    detail,
    scope: meaning.scope,
    sent,
    cause: thrown,
  });
};

/** Nobody can write now, so repeating the operations of a group one by one can not help. */
export const isBusy = (thrown: unknown): boolean => [5, 6].includes(resultCode(thrown) ?? 0);

/** The file itself is damaged, or is no database. */
export const isDamageCode = (thrown: unknown): boolean => [11, 26].includes(resultCode(thrown) ?? 0);
