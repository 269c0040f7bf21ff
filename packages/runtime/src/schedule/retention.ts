import type { Services } from '../services.ts';
import { startOfMonth } from '../store/months.ts';
import type { Forgetting } from '../store/store.ts';
import { heldNow } from './holds.ts';
import { createSlots, type Taken } from './slots.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** An outlet that no configuration has had for so long is forgotten, with what was noted for it alone. */
const outletDays = 7;

/** Batches of one step: what comes in and what is due is not kept waiting for what is old. */
const batchesAtOnce = 50;

/** Instants before which things go, each by its own rule. Submissions go by whole months, as they were packed. */
export const cutsOf = ({ options: { retention } }: Services, now: number) => ({
  raw: now - retention.rawDays * day,
  submissions: startOfMonth(now, -12 * retention.submissionYears),
  values: startOfMonth(now, -12 * retention.valueYears),
  notices: now - retention.noticeDays * day,
  slots: now - retention.slotDays * day,
});

/**
 * Takes what may go by age, a batch each time it is asked. Submissions first: what stood behind them alone goes in the same round.
 *
 * @param gone counts rows, by what they were
 */
const forgetOld = async function* (
  services: Services,
  now: number,
  gone: Record<string, number> = {},
): AsyncGenerator<void> {
  const count = (what: string, rows: number) => {
    if (rows > 0) gone[what] = (gone[what] ?? 0) + rows;
    return rows;
  };
  const { write } = services.store;
  const { batchRows: limit } = services.options.retention;
  const cuts = cutsOf(services, now);
  const held = await heldNow(services);
  const forgetting = (before: number): Forgetting => ({ before, limit, held });
  const steps: readonly (readonly [string, () => Promise<number>])[] = [
    ['submissions', () => write.endSubmissions({ ...forgetting(cuts.submissions), valuesBefore: cuts.values })],
    ['values', () => write.forgetValues(forgetting(cuts.values))],
    ['findings', () => write.forgetFindings(forgetting(cuts.values))],
    ['raw', () => write.deleteOldRaw(forgetting(cuts.raw))],
    ['packs', () => write.loosenPack()],
    ['slots', () => write.forgetSlots({ before: cuts.slots, limit })],
    ['outlets', () => write.forgetOutlets({ before: now - outletDays * day })],
    ['reads', () => write.forgetReads({ before: cuts.raw, limit })],
    ['access', () => write.forgetAccess({ at: now, limit })],
  ];
  for (const [what, step] of steps) while (count(what, await step()) > 0) yield;
  let after: { at: number; id: string } | null | undefined;
  while (after !== null) {
    const { next, gone: notices } = await write.forgetNotices({
      ...forgetting(cuts.notices),
      ...(after === undefined ? {} : { after }),
    });
    count('notices', notices);
    after = next;
    yield;
  }
};

/** Packs bodies of closed months that will not go by age. */
const packOld = async function* ({ store, options, metrics }: Services, now: number): AsyncGenerator<void> {
  const month = startOfMonth(now);
  const { rawDays, packRecords: records, packBytes: bytes } = options.retention;
  // What outlived the last round of the day is needed or held.
  const others = Math.min(month, now - (rawDays + 2) * day);
  for (;;) {
    const packs = await store.read.packable({ kept: month, others, records, bytes });
    if (packs.length === 0) return;
    for (const seqs of packs) {
      const pack = await store.read.rawPack(seqs);
      // They went or changed since they were found.
      if (!(await store.write.putPack(pack))) return;
      metrics.add('caudal_raw_packed_total', {}, pack.parts.length);
      yield;
    }
  }
};

/** Retention in steps, between everything else. */
export const createRetention = (services: Services) => {
  const slots = createSlots(services, 'cleanup-old-data');
  let taken: Taken | undefined;
  let gone: Record<string, number> = {};
  let round: AsyncGenerator<void> | undefined;
  let packing: AsyncGenerator<void> | undefined;
  let packAgainAt = -Infinity;

  /** Answers what is left of the work: undefined at its end. One that failed is begun anew another time. */
  const advance = async (work: AsyncGenerator<void>, moved?: () => void): Promise<AsyncGenerator<void> | undefined> => {
    for (let batch = 0; batch < batchesAtOnce; batch += 1) {
      if ((await work.next()).done === true) return undefined;
      moved?.();
    }
    return work;
  };

  return {
    /** Answers whether there is more to do at once. */
    async step(now: number, moved?: () => void): Promise<boolean> {
      if (taken === undefined) {
        taken = await slots.take(now);
        gone = {};
        if (taken !== undefined) round = forgetOld(services, now, gone);
      }
      if (taken !== undefined && round !== undefined) {
        const slot = taken;
        const left = advance(round, moved);
        round = undefined;
        try {
          round = await left;
        } catch (thrown) {
          taken = undefined;
          await slots.failed(slot, thrown);
          throw thrown;
        }
        if (round === undefined) {
          taken = undefined;
          await slots.end(slot, gone);
        }
        return true;
      }
      if (packing === undefined && now >= packAgainAt) packing = packOld(services, now);
      if (packing === undefined) return false;
      packAgainAt = now + hour;
      const left = advance(packing, moved);
      packing = undefined;
      packing = await left;
      return packing !== undefined;
    },
    /** Everything that may go by age, now: it frees pages for what comes. */
    async makeRoom(now: number): Promise<void> {
      if (!services.options.schedules['cleanup-old-data'].enabled) return;
      const work = forgetOld(services, now);
      while ((await work.next()).done !== true);
    },
  };
};
