import { isCaudalError } from '@caudal/core';

/**
 * How messages begin that say that the database takes nothing at all: everything else that is to be written will fail as well. They cross
 * threads, where codes do not.
 */
export const troubles = {
  disk: 'the disk of the database',
  away: 'the database can not be reached',
  readOnly: 'the database takes no writes',
} as const;

/** The database takes nothing, whatever it is that is written. */
export const isTrouble = (error: unknown): boolean =>
  isCaudalError(error) &&
  error.kind === 'transient' &&
  Object.values(troubles).some((beginning) => error.message.startsWith(beginning));
