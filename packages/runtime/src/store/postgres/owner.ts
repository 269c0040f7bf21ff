import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CaudalError } from '@caudal/core';
import type { Client } from 'pg';
import { troubles } from '../trouble.ts';

/** From the server's clock alone, so that no other clock has to be right. */
const leaseSeconds = 20;
export const renewEveryMs = 5_000;
const lookEveryMs = 1_000;

/** One row: who works on the database, and since which epoch. */
export const ownerTable = `CREATE TABLE IF NOT EXISTS owner (one bigint PRIMARY KEY CHECK (one = 1), holder text NOT NULL,
  epoch bigint NOT NULL, until timestamptz NOT NULL)`;

const take = `INSERT INTO owner (one, holder, epoch, until) VALUES (1, $1, 1, clock_timestamp() + interval '${leaseSeconds} s')
  ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, epoch = owner.epoch + 1, until = excluded.until
    WHERE owner.until <= clock_timestamp()
  RETURNING epoch`;

/** Within the transaction that writes: whoever takes the database meanwhile waits for its end. */
export const renewText = (epoch: number): string =>
  `UPDATE owner SET until = clock_timestamp() + interval '${leaseSeconds} s' WHERE epoch = ${epoch}
   RETURNING pg_current_xact_id()::text AS id`;

const release = 'UPDATE owner SET until = clock_timestamp() WHERE epoch = $1';

/** Another one works there: nothing this one has in its hands may be written any more. */
export const dispossessed = (): CaudalError =>
  new CaudalError(
    'transient',
    `${troubles.readOnly} of this instance: another one has taken it over, as this one stood still or was cut off; restart it`,
    { sent: 'no' },
  );

const lockNotAvailable = '55P03';

const holderOf = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ holder: string }>('SELECT holder FROM owner');
  return rows[0]?.holder ?? 'another instance';
};

/** The new epoch; undefined while another one has it, or is in a transaction that may renew it. */
const tryTo = async (client: Client, holder: string): Promise<number | undefined> => {
  try {
    return (await client.query<{ epoch: number }>(take, [holder])).rows[0]?.epoch;
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === lockNotAvailable) return undefined;
    throw thrown;
  }
};

export interface Taking {
  /** For one act: whoever has it is not waited for. */
  readonly brief: boolean;
  /** Told once, when another one works on the database and this one stands by. */
  readonly onWait: (message: string) => void;
}

/**
 * Takes the database for this instance, and answers the epoch; stands by for as long as another one works there.
 *
 * @param look runs something on a connection that works, and may be called as often as it takes
 * @throws CaudalError kind `config` for a brief one, naming who works there
 */
export const takeDatabase = async (
  look: <T>(act: (client: Client) => Promise<T>) => Promise<T>,
  { brief, onWait }: Taking,
): Promise<number> => {
  const holder = `process ${process.pid} on ${hostname()}`;
  for (let told = false; ;) {
    const epoch = await look((client) => tryTo(client, holder));
    if (epoch !== undefined) return epoch;
    const other = await look(holderOf);
    if (brief) throw new CaudalError('config', `the database is in use by ${other}: ask there`, { sent: 'no' });
    if (!told) onWait(`${other} works on the database: this one stands by`);
    told = true;
    await sleep(lookEveryMs);
  }
};

export const giveBack = async (client: Client, epoch: number): Promise<void> => {
  await client.query(release, [epoch]);
};
