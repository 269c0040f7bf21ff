import type { Client } from 'pg';
import type { Address } from './address.ts';
import { lockWrites } from './lock.ts';

/** Months that have a part of their own before they begin. */
const monthsAhead = 2;
/** Months whose rows are brought from the part that takes everything, in one go. */
const monthsAtOnce = 24;

interface Month {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Calendar months in UTC, which is only where the table is cut: nothing else goes by them. */
const monthOf = (at: number): Month => {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    name: `value_y${year}m${String(month + 1).padStart(2, '0')}`,
    from: Date.UTC(year, month),
    to: Date.UTC(year, month + 1),
  };
};

const ahead = (now: number): readonly Month[] =>
  Array.from({ length: monthsAhead + 1 }, (_, index) => {
    const date = new Date(now);
    return monthOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + index));
  });

/** Of years that have four digits: what a broken clock wrote stays where it is. */
const behind = `SELECT min(at) AS at FROM value_other WHERE at >= 0 AND at < 253370764800000
  GROUP BY date_trunc('month', to_timestamp(at / 1000.0) AT TIME ZONE 'UTC') ORDER BY 1 LIMIT ${monthsAtOnce}`;

/** Nobody writes meanwhile, so no row is missed between its leaving one part and its coming into the other. */
const add = async (client: Client, address: Address, { name, from, to }: Month): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query(lockWrites(address));
    await client.query(`CREATE TABLE ${name} (LIKE value INCLUDING ALL);
      WITH moved AS (DELETE FROM value_other WHERE at >= ${from} AND at < ${to} RETURNING *) INSERT INTO ${name} SELECT * FROM moved;
      ALTER TABLE value ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to});
      COMMIT`);
  } catch (thrown) {
    await client.query('ROLLBACK');
    throw thrown;
  }
};

/**
 * Gives the months to come a part of the values' table each, and the months of which rows came without one. Never has to succeed: what has no
 * part of its own lies in the part that takes everything, and is brought over the next time.
 */
export const keepPartitions = async (client: Client, address: Address, now: number): Promise<void> => {
  const { rows: there } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'value'::regclass`,
  );
  const { rows: found } = await client.query<{ at: number }>(behind);
  const known = new Set(there.map(({ name }) => name));
  for (const month of [...ahead(now), ...found.map(({ at }) => monthOf(at))])
    if (!known.has(month.name)) {
      await add(client, address, month);
      known.add(month.name);
    }
};
