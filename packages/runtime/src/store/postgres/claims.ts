import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { CaudalError } from '@caudal/core';
import type { Client } from 'pg';
import { type Claim, claimKey, claimLost, type Claims, type Look } from '../claims.ts';
import { parseAddress } from './address.ts';
import { leaseEnd } from './claim-table.ts';
import { postgresError } from './errors.ts';
import { lockClaims } from './lock.ts';
import { createConnection } from './session.ts';
import { toLeave } from './share-out.ts';

interface Row {
  readonly role: string;
  readonly holder: string;
  readonly epoch: number;
  readonly live: boolean;
}

const rolesOf = (text: string): readonly string[] => text.split(' ').filter((role) => role !== '');

/**
 * On a connection of its own: a writer that waits for another one's transaction does not lose what it has. It never waits for a row either,
 * because whoever has locked a claim is renewing or taking it.
 */
export const openClaims = (path: string, leaseMs: number): Claims => {
  const address = parseAddress(path);
  const connection = createConnection(address, false);
  const me = `process ${process.pid} on ${hostname()} (${randomBytes(3).toString('hex')})`;
  const everyMs = Math.max(100, Math.floor(leaseMs / 10));
  const end = leaseEnd(leaseMs);

  /** One thing after the other: they share a connection, and one of them is a transaction. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: (client: Client) => Promise<T>): Promise<T> => {
    const mine = last.then(async () => {
      try {
        return await connection.with(act, 0);
      } catch (thrown) {
        throw postgresError(thrown);
      }
    });
    last = mine.catch(() => undefined);
    return mine;
  };

  const transaction = async <T>(client: Client, act: () => Promise<T>): Promise<T> => {
    // One that stands still in here would keep the others from looking: its session is ended soon.
    await client.query(`BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${Math.max(500, Math.floor(leaseMs / 4))};
      SET LOCAL lock_timeout = ${Math.max(1000, Math.floor(leaseMs / 2))}; ${lockClaims(address)}`);
    try {
      const answer = await act();
      await client.query('COMMIT');
      return answer;
    } catch (thrown) {
      await client.query('ROLLBACK').catch(() => connection.drop());
      throw thrown;
    }
  };

  const take = async (client: Client, free: readonly string[]): Promise<readonly Claim[]> => {
    if (free.length === 0) return [];
    await client.query(
      `INSERT INTO claim (role, holder, epoch, until) SELECT role, '', 0, '-infinity' FROM unnest($1::text[]) AS wanted(role)
         WHERE NOT EXISTS (SELECT 1 FROM claim c WHERE c.role = wanted.role)`,
      [free],
    );
    const { rows } = await client.query<Claim>(
      `UPDATE claim SET holder = $2, epoch = epoch + 1, until = ${end} WHERE role IN (SELECT role FROM claim
         WHERE role = ANY($1::text[]) AND (until <= clock_timestamp() OR holder = $2) FOR UPDATE SKIP LOCKED)
       RETURNING role, epoch`,
      [free, me],
    );
    return rows.map(({ role, epoch }) => ({ role, epoch }));
  };

  const renew = (client: Client, holds: readonly Claim[]) =>
    client.query(
      `UPDATE claim SET until = ${end} WHERE role IN (SELECT c.role FROM claim c
         JOIN unnest($1::text[], $2::bigint[]) AS mine(role, epoch) ON mine.role = c.role AND mine.epoch = c.epoch
         FOR UPDATE OF c SKIP LOCKED)`,
      [holds.map(({ role }) => role), holds.map(({ epoch }) => epoch)],
    );

  const look = async (client: Client, { roles, free, holds }: Parameters<Claims['look']>[0]): Promise<Look> => {
    await client.query(
      `INSERT INTO instance (id, roles, until) VALUES ($1, $2, ${end})
         ON CONFLICT (id) DO UPDATE SET roles = excluded.roles, until = excluded.until`,
      [me, roles.join(' ')],
    );
    await client.query('DELETE FROM instance WHERE until <= clock_timestamp()');
    if (holds.length > 0) await renew(client, holds);
    const taken = await take(client, free);
    const { rows } = await client.query<Row>(
      'SELECT role, holder, epoch, until > clock_timestamp() AS live FROM claim',
    );
    const present = new Map(rows.map((row) => [row.role, row]));
    const lost = holds.filter(({ role, epoch }) => present.get(role)?.epoch !== epoch);
    const mine = [...holds.filter((claim) => !lost.includes(claim)), ...taken].toSorted(
      (a, b) => roles.indexOf(a.role) - roles.indexOf(b.role),
    );
    const held = new Map<string, number>();
    for (const { holder, live } of rows) if (live) held.set(holder, (held.get(holder) ?? 0) + 1);
    const { rows: instances } = await client.query<{ id: string; roles: string }>('SELECT id, roles FROM instance');
    const leave = toLeave(
      me,
      mine,
      instances.map(({ id, roles: own }) => ({ id, roles: rolesOf(own) })),
      held,
    );
    const keys = new Set(mine.map(claimKey));
    return {
      taken,
      lost,
      others: new Map(
        rows
          .filter((row) => row.live && roles.includes(row.role) && !keys.has(claimKey(row)))
          .map(({ role, holder }) => [role, holder]),
      ),
      ...(leave === undefined ? {} : { wanted: leave }),
    };
  };

  const confirm = async (client: Client, { role, epoch }: Claim): Promise<void> => {
    const asked = performance.now();
    const { rows } = await client.query<{ left: number }>(
      `SELECT (extract(epoch FROM until - clock_timestamp()) * 1000)::bigint AS left FROM claim WHERE role = $1 AND epoch = $2`,
      [role, epoch],
    );
    const left = rows[0]?.left;
    if (left === undefined) throw claimLost(role);
    // An answer that lay here while this process stood still says nothing any more.
    if (left - (performance.now() - asked) < leaseMs / 4)
      throw new CaudalError('transient', `this instance stood still: "${role}" may be another's before long`, {
        sent: 'no',
        scope: 'item',
      });
  };

  return {
    everyMs,
    look: (input) => inTurn((client) => transaction(client, () => look(client, input))),
    confirm: (claim) => inTurn((client) => confirm(client, claim)),
    give: ({ role, epoch }, to) =>
      inTurn(async (client) => {
        await client.query(
          `UPDATE claim SET epoch = epoch + 1, holder = coalesce($3, holder),
             until = CASE WHEN $3::text IS NULL THEN clock_timestamp() ELSE ${leaseEnd(3 * everyMs)} END WHERE role = $1 AND epoch = $2`,
          [role, epoch, to ?? null],
        );
      }),
    async close() {
      await inTurn((client) => client.query('DELETE FROM instance WHERE id = $1', [me])).catch(() => undefined);
      await connection.close();
    },
  };
};
