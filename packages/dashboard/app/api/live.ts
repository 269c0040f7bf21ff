import { type LiveEvent, liveEvents, type Operations } from '@caudal/client';
import { client } from './client.ts';

/** What the runtime tells of as it happens. */
export type LiveTopic = NonNullable<Operations['events']['input']['kind']>[number];

type Listener = (event: LiveEvent) => void;

const listeners = new Map<Listener, readonly LiveTopic[]>();
let abort: AbortController | undefined;
let lastId: string | undefined;

const wait = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Holds the stream open while somebody listens; after a loss it is opened again, ever more slowly, from where it was. */
const listen = async (signal: AbortSignal): Promise<void> => {
  for (let pause = 1000; !signal.aborted; pause = Math.min(pause * 2, 60_000)) {
    try {
      const events: typeof client.events = async (input, options) => {
        const answer = await client.events(input, options);
        // It was let in: the next loss is a new one.
        pause = 1000;
        return answer;
      };
      const after = lastId === undefined ? {} : { lastEventId: lastId };
      for await (const event of liveEvents({ events }, {}, { signal, ...after })) {
        if (event.id !== '') lastId = event.id;
        for (const [listener, topics] of listeners)
          // `reset`: something may have been missed.
          if (event.kind === 'reset' || (topics as readonly string[]).includes(event.kind)) listener(event);
      }
    } catch {
      // The next try says whether it goes on.
    }
    await wait(pause, signal);
  }
};

/** Hears of what happens until the answer is called. */
export const onLive = (topics: readonly LiveTopic[], listener: Listener): (() => void) => {
  if (topics.length === 0) return () => undefined;
  const own: Listener = (event) => listener(event);
  listeners.set(own, topics);
  if (abort === undefined) {
    abort = new AbortController();
    void listen(abort.signal);
  }
  return () => {
    listeners.delete(own);
    if (listeners.size > 0) return;
    abort?.abort();
    abort = undefined;
  };
};
