import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

const sync = (path: string, flags: 'r' | 'r+'): void => {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** The bytes of a file are on disk when this returns. */
export const syncFile = (path: string): void => sync(path, 'r+');

/** A name that was given or taken is on disk only when its folder is. Windows has no handle for that and keeps names by itself. */
export const syncFolderOf = (path: string): void => {
  if (process.platform !== 'win32') sync(dirname(path), 'r');
};
