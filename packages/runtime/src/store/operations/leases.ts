import { CaudalError } from '@caudal/core';
import type { LeaseClaim, LeaseRow } from '../rows.ts';
import type { Sql } from '../sql.ts';
import { read, write } from './operation.ts';

/** Every taking is a new epoch, also by the holder itself: what an earlier stream of it still sends is refused. */
export const takeLease = write('takeLease', {
  class: 'live',
  rows: () => 1,
  async run({ sql, now }, { instance, device, holder, until }) {
    const [row] = await sql.all<{ epoch: number }>(
      `INSERT INTO lease (instance, device, holder, epoch, until) VALUES (?, ?, ?, 1, ?)
       ON CONFLICT (instance, device) DO UPDATE SET holder = excluded.holder, epoch = lease.epoch + 1, until = excluded.until
         WHERE lease.until <= ? OR lease.holder = excluded.holder
       RETURNING epoch`,
      [instance, device, holder, until, now],
    );
    return row?.epoch ?? null;
  },
});

/** One that nobody took meanwhile is renewed although it had run out: its epoch says that nobody else wrote. */
export const renewLeases = write('renewLeases', {
  class: 'live',
  rows: (claims) => claims.length,
  async run({ sql }, claims, until) {
    const renewed: LeaseClaim[] = [];
    for (const claim of claims) {
      const changed = await sql.run('UPDATE lease SET until = ? WHERE instance = ? AND device = ? AND epoch = ?', [
        until,
        claim.instance,
        claim.device,
        claim.epoch,
      ]);
      if (changed === 1) renewed.push(claim);
    }
    return renewed;
  },
});

export const dropLease = write('dropLease', {
  class: 'live',
  rows: () => 1,
  async run({ sql }, { instance, device, epoch }) {
    await sql.run('UPDATE lease SET until = 0, epoch = epoch + 1 WHERE instance = ? AND device = ? AND epoch = ?', [
      instance,
      device,
      epoch,
    ]);
  },
});

export const recoverLeases = write('recoverLeases', {
  class: 'live',
  rows: () => 1,
  run: async ({ sql, now }) => sql.run('UPDATE lease SET until = 0, epoch = epoch + 1 WHERE until > ?', [now]),
});

/** @throws CaudalError kind `transient` when the lease has another epoch by now */
export const assertLease = async (sql: Sql, { instance, device, epoch }: LeaseClaim): Promise<void> => {
  const rows = await sql.all('SELECT 1 FROM lease WHERE instance = ? AND device = ? AND epoch = ?', [
    instance,
    device,
    epoch,
  ]);
  if (rows.length === 1) return;
  const of = device === '' ? instance : `${device} at ${instance}`;
  throw new CaudalError('transient', `the stream of ${of} belongs to somebody else by now: nothing was stored`, {
    scope: 'item',
    sent: 'no',
  });
};

export const leases = read('leases', async (sql, limit) =>
  sql.all<LeaseRow>('SELECT instance, device, holder, epoch, until FROM lease ORDER BY instance, device LIMIT ?', [
    limit,
  ]),
);
