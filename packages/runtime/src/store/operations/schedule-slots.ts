import { read, write } from './operation.ts';

export const claimSlot = write('claimSlot', {
  class: 'live',
  rows: () => 1,
  run: async ({ sql }, schedule, slot, at) =>
    (await sql.run('INSERT INTO schedule_slot (schedule, slot, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
      schedule,
      slot,
      at,
    ])) === 1,
});

export const lastSlot = read('lastSlot', async (sql, schedule) => {
  const [row] = await sql.all<{ slot: number | null }>(
    'SELECT max(slot) AS slot FROM schedule_slot WHERE schedule = ?',
    [schedule],
  );
  return row?.slot ?? null;
});
