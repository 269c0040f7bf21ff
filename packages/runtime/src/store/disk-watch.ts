import { type CaudalError, type Clock, isCaudalError } from '@caudal/core';
import type { DiskTrouble, StoreWrites } from './store.ts';
import { isTrouble } from './trouble.ts';

/** As much as a usual body: a disk that takes less is as good as full. */
const probeBytes = 65_536;
const probeKey = 'disk.probe';

/** Notes when the disk refuses, so that those who bring data can be told before they hand it over. */
export const createDiskWatch = (clock: Clock) => {
  let trouble: DiskTrouble | null = null;
  return {
    get trouble() {
      return trouble;
    },
    async over<T>(answer: Promise<T>): Promise<T> {
      try {
        return await answer;
      } catch (thrown) {
        if (isTrouble(thrown)) trouble ??= { since: clock.now(), reason: (thrown as CaudalError).message };
        throw thrown;
      }
    },
    /** Writes that much, and takes it back: a small change may still fit where a body does not. */
    async probe(write: StoreWrites): Promise<boolean> {
      if (trouble === null) return true;
      try {
        await write.remember([{ key: probeKey, value: 'x'.repeat(probeBytes) }]);
        await write.remember([{ key: probeKey, value: '' }]);
      } catch (thrown) {
        if (isCaudalError(thrown)) return false;
        throw thrown;
      }
      trouble = null;
      return true;
    },
  };
};
