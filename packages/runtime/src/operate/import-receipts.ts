import { CaudalError } from '@caudal/core';
import { slotsBetween } from '../comply/calendar.ts';
import { expectSlots, type Owed, owedBy, slotOf } from '../comply/expect.ts';
import type { Services } from '../services.ts';
import type { SubmissionRow } from '../store/rows.ts';
import { mayBecome } from '../store/submission-states.ts';

/** A receipt that another system got. */
export interface PastReceipt {
  readonly obligation: string;
  readonly slot: number;
  readonly receipt: string;
  readonly sentAt?: number;
}

export interface Imported {
  imported: number;
  /** Known already, with the same receipt. */
  known: number;
  refused: { readonly obligation: string; readonly slot: number; readonly reason: string }[];
}

/** In one call: more is handed in by parts. */
const receiptsAtMost = 5_000;

const faultOf = (owed: Owed | undefined, { obligation, slot, receipt }: PastReceipt): string | undefined => {
  if (owed === undefined) return `there is no obligation ${obligation}`;
  if (receipt.trim() === '' || receipt.length > 200) return 'a receipt has 1 to 200 characters';
  if (!Number.isSafeInteger(slot)) return 'the slot is no instant';
  const { calendar, target } = owed;
  return slotsBetween(calendar, slot, slot, target.profile.utcOffsetMinutes, 1).length === 0
    ? 'the calendar has no slot there'
    : undefined;
};

const notFrom = ({ state, receipt, attempts }: SubmissionRow): string | undefined => {
  if (state === 'elsewhere' && receipt !== null) return `it has another receipt, ${receipt}`;
  // What was sent from here is settled by its own rules: a receipt of somebody else would hide how it ended.
  if (attempts > 0) return `it was sent from here and is ${state}`;
  return mayBecome(state, 'elsewhere') ? undefined : `it is ${state}`;
};

/**
 * Receipts that another system got before: these slots are never sent from here. So that day one resends nothing. Each is audited; the
 * same file twice changes nothing.
 */
export const importReceipts = async (
  services: Services,
  { receipts }: { readonly receipts: readonly PastReceipt[] },
  actor: string,
): Promise<Imported> => {
  if (!Array.isArray(receipts) || receipts.length > receiptsAtMost)
    throw new CaudalError('config', `at most ${receiptsAtMost} receipts at once`, { sent: 'no', scope: 'item' });
  const { store, clock } = services;
  const owed = owedBy(services);
  // First what is owed by the calendar, or a hole before an imported slot would not be seen as owed.
  while ((await expectSlots(services, owed)) > 0);
  const answer: Imported = { imported: 0, known: 0, refused: [] };
  const changes: { readonly id: string; readonly epoch: number; readonly row: PastReceipt }[] = [];
  for (const row of receipts) {
    const { obligation, slot } = row;
    const one = owed.get(obligation);
    const fault = faultOf(one, row);
    if (one === undefined || fault !== undefined) {
      answer.refused.push({ obligation, slot, reason: fault ?? '' });
      continue;
    }
    let found = await store.read.submissionBy({ obligation, slot });
    if (found === null) {
      await store.write.expectSubmissions([{ ...slotOf(one, slot), elsewhere: 'its receipt was imported' }]);
      found = (await store.read.submissionBy({ obligation, slot })) as SubmissionRow;
    }
    const reason = found.receipt === row.receipt ? '' : notFrom(found);
    if (reason === '') answer.known += 1;
    else if (reason === undefined) changes.push({ id: found.id, epoch: found.epoch, row });
    else answer.refused.push({ obligation, slot, reason });
  }
  const now = clock.now();
  const changed = new Set(
    await store.write.changeSubmissions(
      changes.map(({ id, epoch, row: { receipt, sentAt } }) => ({
        id,
        epoch,
        state: 'elsewhere',
        nextAt: now,
        receipt,
        reason: 'another system sent it; its receipt was imported',
        confirmedAt: now,
        ...(sentAt === undefined ? {} : { sentAt }),
      })),
      changes.map(({ id, row: { receipt } }) => ({
        at: now,
        actor,
        act: `receipt imported: ${receipt}`,
        subject: id,
        hash: null,
        detail: { receipt, state: 'elsewhere' },
      })),
    ),
  );
  answer.imported = changed.size;
  for (const { id, row } of changes)
    if (!changed.has(id)) answer.refused.push({ ...row, reason: 'it changed meanwhile; import it again' });
  return answer;
};
