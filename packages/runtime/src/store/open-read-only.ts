import { existsSync } from 'node:fs';
import { CaudalError } from '@caudal/core';
import { isAddress } from './engine.ts';
import { engineOf } from './engines.ts';
import { readOperations } from './operations/index.ts';
import type { ReadOperation } from './operations/operation.ts';
import { migrations } from './schema/migrations.ts';
import { refuseForeignLogOfNobody } from './sqlite/own-log.ts';
import type { StoreReads } from './store.ts';

/**
 * Reads a database beside the process that owns it, or none: nothing is locked, and the owner does not notice. Each read is a
 * transaction of its own, so that a long look never keeps the log from being brought in.
 *
 * @throws CaudalError kind `config` when there is no database, or one of another schema
 */
export const openReadOnly = async (
  path: string,
): Promise<{ readonly read: StoreReads; readonly close: () => Promise<void> }> => {
  if (!isAddress(path) && !existsSync(path))
    throw new CaudalError('config', `there is no database ${path}`, { sent: 'no' });
  if (!isAddress(path)) refuseForeignLogOfNobody(path);
  const session = await (await engineOf(path)).openReader(path);
  const close = async () => session.close();
  try {
    const schema = await session.schema();
    if (schema < migrations.length)
      throw new CaudalError(
        'config',
        `${isAddress(path) ? 'the database' : path} is of an older version (schema ${schema}, this one has ${migrations.length}): "caudal run" or "caudal migrate" brings it up, after a backup`,
        { sent: 'no' },
      );
  } catch (thrown) {
    await close();
    throw session.refusal(thrown, false).error;
  }
  const once = async (operation: ReadOperation & { run(...args: unknown[]): Promise<unknown> }, args: unknown[]) => {
    try {
      await session.begin();
      const answer = await operation.run(session.sql, ...args);
      await session.commit();
      return answer;
    } catch (thrown) {
      const { error } = session.refusal(thrown, false);
      await session.rollback();
      throw error;
    }
  };
  // One session has one transaction at a time, and who asks may ask several things at once.
  let before: Promise<unknown> = Promise.resolve();
  const run = (...asked: Parameters<typeof once>) => {
    const answer = before.then(() => once(...asked));
    before = answer.catch(() => undefined);
    return answer;
  };
  const read = Object.fromEntries(
    Object.entries(readOperations).map(([name, operation]) => [name, (...args: unknown[]) => run(operation, args)]),
  );
  return { read: read as unknown as StoreReads, close };
};
