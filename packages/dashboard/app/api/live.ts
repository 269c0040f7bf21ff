import { request } from './call.ts';

/** What the runtime tells of as it happens. */
export type LiveTopic = 'values' | 'alert' | 'submission';

export interface LiveEvent {
  readonly topic: string;
  readonly data: unknown;
}

type Listener = (event: LiveEvent) => void;

const listeners = new Map<Listener, readonly LiveTopic[]>();
let abort: AbortController | undefined;
let lastId: string | undefined;

/** Server-sent events, one at a time, out of text that comes in pieces. */
const readEvents = async (body: ReadableStream<Uint8Array>, each: (event: LiveEvent) => void): Promise<void> => {
  let rest = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
    rest += piece;
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split(/\r?\n/).flatMap((line): [string, string][] => {
          const colon = line.indexOf(':');
          return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]];
        }),
      );
      lastId = fields.get('id') ?? lastId;
      const data = fields.get('data');
      if (data !== undefined) each({ topic: fields.get('event') ?? 'message', data: JSON.parse(data) as unknown });
    }
  }
};

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
      const answer = await request('GET', '/events', {
        signal,
        headers: { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
      });
      pause = 1000;
      if (answer.body !== null)
        await readEvents(answer.body, (event) => {
          for (const [listener, topics] of listeners)
            // `reset`: something may have been missed.
            if (event.topic === 'reset' || (topics as readonly string[]).includes(event.topic)) listener(event);
        });
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
