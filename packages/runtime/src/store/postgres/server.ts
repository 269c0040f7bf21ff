import { CaudalError } from '@caudal/core';
import type { Client } from 'pg';

/** `pg_xact_status` of a 64-bit id came with 13; 14 is the oldest that its makers still mended when this was written. */
const leastVersion = 140_000;

/**
 * @throws CaudalError kind `config` for a server that is too old, or a database that can not hold every text
 */
export const assertServer = async (client: Client): Promise<{ readonly postgres: string }> => {
  const { rows } = await client.query<{ number: string; version: string; encoding: string; standby: boolean }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version,
       current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby`,
  );
  const [found] = rows;
  if (found === undefined) throw new CaudalError('bug', 'the server said nothing of itself');
  if (Number(found.number) < leastVersion)
    throw new CaudalError('config', `the server is PostgreSQL ${found.version}, and the store needs 14 or newer`, {
      sent: 'no',
    });
  if (found.encoding !== 'UTF8')
    throw new CaudalError('config', `the database holds its text as ${found.encoding}, and the store needs UTF8`, {
      sent: 'no',
    });
  if (found.standby) throw Object.assign(new Error('this server is a standby: it only reads'), { code: '25006' });
  return { postgres: found.version };
};
