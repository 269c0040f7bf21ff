import type { Claim } from '../claims.ts';

/** One row for each part of the work: who does it, since which epoch. And who is there to do it. */
export const claimTables = `CREATE TABLE IF NOT EXISTS claim (role text PRIMARY KEY, holder text NOT NULL, epoch bigint NOT NULL,
  until timestamptz NOT NULL); CREATE TABLE IF NOT EXISTS instance (id text PRIMARY KEY, roles text NOT NULL, until timestamptz NOT NULL)`;

/** From the server's clock alone. */
export const leaseEnd = (leaseMs: number): string => `clock_timestamp() + interval '${leaseMs} ms'`;

const named = ({ role, epoch }: Claim): string => `('${role.replaceAll("'", "''")}', ${epoch})`;

/** Within the transaction that writes: whoever takes the claim meanwhile waits for its end. Answers those that are still ours. */
export const renewWithin = (claims: readonly Claim[], leaseMs: number): string =>
  `UPDATE claim SET until = ${leaseEnd(leaseMs)} WHERE (role, epoch) IN (${claims.map(named).join(', ')}) RETURNING role, epoch`;
