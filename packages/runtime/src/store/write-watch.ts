import { isCaudalError, type Clock } from '@caudal/core';

/**
 * Notes since when what was handed to the writer is without an answer. An operation that is refused by itself is an answer; one that
 * fails because nothing can be written now is not, so that a writer that always fails stands still as well.
 */
export const createWriteWatch = (clock: Clock) => {
  let waiting = 0;
  let since: number | null = null;
  return {
    /** Null while nothing waits, or what waits moves. */
    get unanswered() {
      return since;
    },
    async over<T>(answer: Promise<T>): Promise<T> {
      waiting += 1;
      since ??= clock.now();
      const answered = () => {
        waiting -= 1;
        since = waiting === 0 ? null : clock.now();
      };
      try {
        const given = await answer;
        answered();
        return given;
      } catch (thrown) {
        if (isCaudalError(thrown) && thrown.kind === 'transient' && thrown.scope !== 'item') waiting -= 1;
        else answered();
        throw thrown;
      }
    },
  };
};
