import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CaudalError } from '@caudal/core';

const mebibyte = 1024 * 1024;

/**
 * A copy that does not fit is not begun.
 *
 * @throws kind `transient`, with what is needed and what is free
 */
export const assertSpace = (to: string, bytes: number): void => {
  const { bavail, bsize } = statfsSync(dirname(to));
  const free = bavail * bsize;
  if (free >= bytes) return;
  const inMebibytes = (count: number) => `${Math.ceil(count / mebibyte)} MiB`;
  throw new CaudalError(
    'transient',
    `the copy needs ${inMebibytes(bytes)} in ${dirname(to)}, and ${inMebibytes(free)} are free`,
    { sent: 'no' },
  );
};
