import { CaudalError } from '@caudal/core';

/** A place in the configuration, as a JSON pointer: `/pull/range/query/to`. */
export type At = string;

/**
 * Stops `create`: this place of the configuration can not work.
 * @throws CaudalError kind `config`
 */
export const refuse = (at: At, why: string): never => {
  throw new CaudalError('config', `configuration of http is not valid: ${at === '' ? '(root)' : at}: ${why}`, {
    sent: 'no',
  });
};
