import { CaudalError } from '@caudal/core';
import { correctionAt, heldAt, type HeldSlot, valuesOf } from '../evidence/held.ts';
import { entryOf, submissionsOf } from '../evidence/read-work.ts';
import type { Services } from '../services.ts';

const slotsAtMost = 10_000;

/** What the regulators held for a work at an instant, slot by slot, as it was known at that instant. */
export const held = async (
  { domain, store }: Services,
  { work, at, from, to }: { readonly work: string; readonly at: number; readonly from: number; readonly to: number },
): Promise<readonly HeldSlot[]> => {
  const own = [...domain.obligations.values()].filter((obligation) => obligation.work.code === work);
  if (own.length === 0) throw new CaudalError('config', `no obligation is about the work ${work}`, { sent: 'no' });
  const targets = [...new Set(own.map(({ target }) => target))];
  const slots: HeldSlot[] = [];
  for await (const row of submissionsOf(store.read, { targets, work, from, to: Math.min(to, at + 1) })) {
    if (slots.length === slotsAtMost)
      throw new CaudalError('config', `more than ${slotsAtMost} slots: ask for a shorter span`, { sent: 'no' });
    const known = heldAt((await store.read.chainOf(row.id)).map(entryOf), at);
    const values = known.held === 'none' ? null : valuesOf(row.report, row.id);
    const corrections = await Promise.all(
      (await store.read.tasksOf([row.id])).map(async ({ id, member }) =>
        correctionAt(member, await store.read.taskSteps(id), at),
      ),
    );
    slots.push({
      submission: row.id,
      obligation: row.obligation,
      slot: row.slot,
      ...known,
      values,
      corrections: corrections.filter((one) => one !== undefined),
    });
  }
  return slots;
};
