import { CaudalError } from '@caudal/core';
import { newestBackup } from '../backup/newest.ts';

/** Says that a file can not be used, and the command that brings back the newest backup beside it. Nothing is written to the file. */
export const damagedDatabase = (path: string, detail: string, cause?: unknown): CaudalError => {
  const backup = newestBackup(path);
  const next =
    backup === null
      ? 'no backup lies beside it: "caudal restore <file>" brings one back from elsewhere'
      : `"caudal restore ${backup}" brings back the newest backup beside it`;
  return new CaudalError('config', `the database ${path} is damaged (${detail}); nothing was written to it; ${next}`, {
    detail,
    sent: 'no',
    ...(cause === undefined ? {} : { cause }),
  });
};

/** Says that a log lies beside a file it was not written on. Neither was opened. */
export const foreignLog = (path: string): CaudalError =>
  new CaudalError(
    'config',
    `the log ${path}-wal does not belong to ${path}: it was written on another database, or on this one at another time; nothing of it was ` +
      'applied, and nothing was written; put the database back that it belongs to, or move the log away to go on with what is in the file alone',
    { sent: 'no' },
  );

/** What {@link damagedDatabase} or {@link foreignLog} made, also after it has crossed from another thread. */
export const isDamage = (error: CaudalError): boolean => / is damaged \(|-wal does not belong to /.test(error.message);
