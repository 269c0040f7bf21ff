import { CaudalError } from '@caudal/core';

/** Throws that nothing of a body can be read. */
export const nothingIn = (why: string): never => {
  throw new CaudalError('invalid-data', why, { scope: 'item' });
};
