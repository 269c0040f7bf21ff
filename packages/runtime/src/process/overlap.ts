import type { RawRow } from '../store/rows.ts';

/** What is done with one batch of raw records. */
export interface Batches<Prepared> {
  claim(): Promise<readonly RawRow[]>;
  /** Decodes and judges in memory. May read the store only through {@link Overlap.landed}. */
  prepare(raws: readonly RawRow[]): Promise<Prepared>;
  /** One transaction. */
  write(raws: readonly RawRow[], prepared: Prepared): Promise<void>;
  /** Forgets what is in memory and deals with the records of a batch that failed; rejects when that has to wait. */
  fail(raws: readonly RawRow[], thrown: unknown): Promise<void>;
}

/** Prepares a batch while the one before is being written: two processors then share the work. */
export interface Overlap {
  /** Takes one batch on its way. Answers false when nothing waited; then everything before is on disk. */
  step(): Promise<boolean>;
  /** Waits for the batch on its way. Rejects with its failure, which the next `step` deals with. */
  landed(): Promise<void>;
  /** Forgets the batch claimed ahead: its records are about to be PENDING again. */
  drop(): Promise<void>;
}

interface Flight {
  readonly raws: readonly RawRow[];
  readonly done: Promise<void>;
}

/** Somebody looks at the failure later: until then it is not an unhandled one. */
const heldBack = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};

export const createOverlap = <Prepared>(batches: Batches<Prepared>): Overlap => {
  let flight: Flight | undefined;
  let ahead: Promise<readonly RawRow[]> | undefined;

  const claim = async (): Promise<readonly RawRow[]> => {
    const early = ahead;
    ahead = undefined;
    const raws = (await early) ?? [];
    return raws.length > 0 ? raws : batches.claim();
  };

  /** Answers whether the batch on its way came to disk as a whole. */
  const land = async (): Promise<boolean> => {
    const before = flight;
    flight = undefined;
    try {
      await before?.done;
      return true;
    } catch (thrown) {
      await batches.fail(before?.raws ?? [], thrown);
      return false;
    }
  };

  /** By itself, on what is on disk. */
  const alone = async (raws: readonly RawRow[]) => {
    try {
      await batches.write(raws, await batches.prepare(raws));
    } catch (thrown) {
      await batches.fail(raws, thrown);
    }
  };

  return {
    async step() {
      const raws = await claim();
      if (raws.length === 0) {
        await land();
        return false;
      }
      // Asked for before the batch at hand is written, or it would stand behind it in the queue of the store.
      ahead = heldBack(batches.claim());
      let prepared: { readonly of: Prepared } | { readonly failure: unknown };
      try {
        prepared = { of: await batches.prepare(raws) };
      } catch (thrown) {
        prepared = { failure: thrown };
      }
      // What was prepared stands on the batch before: when that one failed, it is prepared again.
      if (!(await land())) await alone(raws);
      else if ('failure' in prepared) await batches.fail(raws, prepared.failure);
      else flight = { raws, done: heldBack(batches.write(raws, prepared.of)) };
      return true;
    },
    async landed() {
      await flight?.done;
    },
    async drop() {
      const early = ahead;
      ahead = undefined;
      await early?.catch(() => undefined);
    },
  };
};
