import type { Services } from '../services.ts';
import type { StoreWrites } from '../store/store.ts';
import { isTrouble } from '../store/trouble.ts';

const waitMs = 5_000;

/**
 * What an attempt brought back is not known to anybody else: while the disk is full it is tried again, and its work sends nothing
 * else. Given up when the runtime stops; then the attempt is open, and unknown at the next start.
 */
export const onceWritten = async <T>(
  services: Services,
  signal: AbortSignal,
  run: (write: StoreWrites) => Promise<T>,
): Promise<T> => {
  for (;;) {
    try {
      return await run(services.store.write);
    } catch (thrown) {
      if (!isTrouble(thrown)) throw thrown;
      await services.clock.sleep(waitMs, signal);
    }
  }
};
