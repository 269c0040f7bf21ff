import { startOfMonth } from '../months.ts';
import { read } from './operation.ts';
import { tallies } from './tally.ts';

export const retained = read('retained', async (sql, { years }) => {
  const packed = await tallies(sql, 'pack', ['records', 'size', 'stored']);
  const [oldest] = await sql.all<{ slot: number | null }>('SELECT min(slot) AS slot FROM submission WHERE open = 0');
  const slot = oldest?.slot ?? null;
  return {
    packed: { records: packed.records, bytes: packed.size, storedBytes: packed.stored },
    submissions: { ended: (await tallies(sql, 'ended', ['all'])).all, oldestSlot: slot },
    nextEnd: slot === null ? null : startOfMonth(slot, 12 * years + 1),
  };
});
