/**
 * Waits for work no longer than until the signal is aborted. Client libraries can not be told to leave off joining a group, and one that is closed while it
 * connects may never answer: `end` is called at once, and again when the work has come to its end after all.
 */
export const unlessGivenUp = async (
  signal: AbortSignal,
  work: () => Promise<void>,
  end: () => Promise<void>,
): Promise<void> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const giveUp = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  const begun = work();
  try {
    await Promise.race([begun, aborted.promise]);
  } catch (thrown) {
    const ending = end();
    if (!signal.aborted) await ending;
    else void begun.then(end, end);
    throw thrown;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
};
