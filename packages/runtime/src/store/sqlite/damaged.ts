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

/** What {@link damagedDatabase} made, also after it has crossed from another thread. */
export const isDamage = (error: CaudalError): boolean => / is damaged \(/.test(error.message);
