import type { Services } from '../services.ts';
import type { RawRow } from '../store/rows.ts';
import { type DecodedRaw, withoutReadings } from './decode.ts';

const minute = 60_000;

/** What stands ready for records that need another one, and how those end whose need is not there. */
export interface Needs {
  /** By the id of the record that needs it. */
  readonly found: ReadonlyMap<string, RawRow>;
  /** Waits for what it needs, or is SKIPPED when too many wait already. */
  waiting(raw: RawRow, key: string): DecodedRaw;
}

const none: Needs = {
  found: new Map(),
  waiting: () => {
    throw new Error('no record of this batch needs another');
  },
};

/** Looks up what the records of a batch need. Asks nothing where none needs any. */
export const findNeeds = async (raws: readonly RawRow[], services: Services): Promise<Needs> => {
  const wanted = raws.flatMap(({ id, instance, envelope: { needs: key } }) =>
    key === undefined ? [] : [{ id, instance, key }],
  );
  if (wanted.length === 0) return none;
  const { store, options, clock } = services;
  const { records, of } = await store.read.neededRaw(wanted);
  const byId = new Map(records.map((record) => [record.id, record]));
  const found = new Map(of.map(({ id, needed }) => [id, byId.get(needed) as RawRow]));
  let room = options.process.waitingRecords;
  if (found.size < wanted.length) room -= (await store.read.counts()).parkedRaw;
  return {
    found,
    waiting({ id }, key) {
      room -= 1;
      if (room < 0)
        return withoutReadings({ id, status: 'SKIPPED', reason: `too many records wait for others; it needs ${key}` });
      const until = clock.now() + options.process.needMinutes * minute;
      return withoutReadings({
        id,
        status: 'PENDING',
        reason: `waits for the record that it needs: ${key}`,
        waits: { key, until },
      });
    },
  };
};
