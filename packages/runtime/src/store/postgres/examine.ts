import type { Client } from 'pg';
import { parseAddress } from './address.ts';
import { connect } from './connection.ts';
import { postgresError } from './errors.ts';
import { assertServer } from './server.ts';

export interface Seen {
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
}

const settings = `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,
  (SELECT setting FROM pg_settings WHERE name = 'synchronous_commit') AS commit,
  (SELECT reset_val FROM pg_settings WHERE name = 'TimeZone') AS zone,
  (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now`;

const clockTolerance = 5_000;

/** What a server is asked before anything is entrusted to it. Nothing is made there. */
export const examineServer = async (path: string, now: number): Promise<readonly Seen[]> => {
  let client: Client | undefined;
  try {
    client = await connect(parseAddress(path), true);
    const { postgres } = await assertServer(client);
    const { rows } = await client.query<Record<'fsync' | 'pages' | 'commit' | 'zone', string> & { now: number }>(
      settings,
    );
    const [found] = rows;
    if (found === undefined) return [{ state: 'failed', message: 'the server says nothing of itself' }];
    const skew = Math.round(found.now - now);
    return [
      { state: 'ok', message: `PostgreSQL ${postgres}, UTF8, zone ${found.zone} (sessions of ours are in UTC)` },
      found.fsync === 'on' && found.pages === 'on'
        ? { state: 'ok', message: `synced: fsync on, synchronous_commit ${found.commit}` }
        : { state: 'failed', message: 'fsync or full_page_writes is off: a loss of power loses what was acknowledged' },
      Math.abs(skew) <= clockTolerance
        ? { state: 'ok', message: `its clock is ${skew} ms from this one` }
        : { state: 'warning', message: `its clock is ${skew} ms from this one` },
    ];
  } catch (thrown) {
    return [{ state: 'failed', message: postgresError(thrown).message }];
  } finally {
    await client?.end().catch(() => undefined);
  }
};
