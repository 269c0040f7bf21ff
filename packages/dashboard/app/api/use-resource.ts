import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { onLive, type LiveTopic } from './live.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';

/** Something asked of the API. Old data stay until new ones are there. */
export interface Resource<T> {
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  /** Asks again. */
  again(): void;
}

/**
 * Asks whenever `key` changes, and again when one of the live topics says that something happened, at most once a second.
 *
 * @param key what the question depends on, as one text
 */
export const useResource = <T>(
  key: string,
  ask: (signal: AbortSignal) => Promise<T>,
  topics: readonly LiveTopic[] = [],
): Resource<T> => {
  const [state, set] = useState<{ key: string; data?: T; problem?: Problem; loading: boolean }>({ key, loading: true });
  const [round, setRound] = useState(0);
  const question = useRef(ask);
  question.current = ask;
  const again = useCallback(() => setRound((now) => now + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    set((before) => ({ ...before, loading: true }));
    question.current(abort.signal).then(
      (data) => set({ key, data, loading: false }),
      (thrown: unknown) => {
        if (!abort.signal.aborted)
          set((before) => ({ ...(before.key === key ? before : { key }), problem: problemOf(thrown), loading: false }));
      },
    );
    return () => abort.abort();
  }, [key, round]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onLive(topics, () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        again();
      }, 1000);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [topics.join(' ')]);

  return { data: state.data, problem: state.problem, loading: state.loading, again };
};
