import type { Client } from 'pg';
import { lockWrites } from '../../src/store/postgres/lock.ts';
import { parseAddress } from '../../src/store/postgres/address.ts';

const everyMs = 10;

/**
 * Looks again and again whether somebody holds the lock that one transaction at a time has, which is what no further instance can do beside another.
 * What it answers ends that and answers the share of the time in which it was held.
 */
export const watchLock = (client: Client, address: string): (() => Promise<number>) => {
  const key = /hashtextextended\([^)]*\)/.exec(lockWrites(parseAddress(address)))?.[0];
  let looks = 0;
  let held = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      const { rows } = await client.query<{ held: boolean }>({
        name: 'lock share',
        text: `WITH k AS MATERIALIZED (SELECT ${key} AS key)
          SELECT EXISTS (SELECT FROM pg_locks l, k WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
            AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295) AS held`,
      });
      looks += 1;
      if (rows[0]?.held === true) held += 1;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return async () => {
    over = true;
    await watching;
    return held / Math.max(1, looks);
  };
};
