import { CaudalError } from '@caudal/core';

/** A file that a later program wrote is left alone: what this one does not know it could only break. */
export const newerDatabase = (path: string, found: number, known: number): CaudalError =>
  new CaudalError(
    'config',
    `the database ${path} was written by a newer Caudal (schema ${found}, this one knows ${known}): update this installation, or restore a backup of schema ${known} or older`,
    { sent: 'no' },
  );

/** What {@link newerDatabase} made, also after it has crossed from another thread. */
export const isNewer = (error: CaudalError): boolean => / was written by a newer Caudal \(schema /.test(error.message);
