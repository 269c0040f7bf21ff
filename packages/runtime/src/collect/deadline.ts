import { CaudalError, type Clock } from '@caudal/core';

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

/**
 * Waits for a call no longer than until the signal is aborted: one that does not listen goes on by itself and is no longer waited
 * for.
 */
export const untilAborted = async <T>(call: Promise<T>, signal: AbortSignal): Promise<T> => {
  const over = aborted(signal);
  over.catch(() => undefined);
  call.catch(() => undefined);
  return Promise.race([call, over]);
};

/**
 * A call with a limit of time that is the host's.
 *
 * @throws CaudalError kind `timeout`, scope `device`, when it takes longer; then its signal is aborted and nobody waits for it
 */
export const within = async <T>(
  clock: Clock,
  ms: number,
  what: string,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const late = new AbortController();
  const done = new AbortController();
  clock.sleep(ms, AbortSignal.any([signal, done.signal])).then(
    () => late.abort(new CaudalError('timeout', `${what} took longer than ${ms / 1000} s`, { scope: 'device' })),
    () => undefined,
  );
  const both = AbortSignal.any([signal, late.signal]);
  try {
    return await untilAborted(call(both), both);
  } finally {
    done.abort();
  }
};
