import { CaudalError, type Clock, type Host, toCaudalError } from '@caudal/core';
import { assertSocketNetwork } from './socket-network.ts';

/** What one message means. */
export interface Heard {
  /** The stream flows, if it did not before. */
  readonly flows: boolean;
  /**
   * Puts what the message brought on disk, and answers what acknowledges it. Called when everything before it is stored; absent for a
   * message that brought nothing.
   */
  readonly store?: (() => Promise<string | undefined>) | undefined;
}

/** One connection and what is done with its messages. All times are in milliseconds of the host's clock. */
export interface SocketOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Longest wait until the stream flows. */
  readonly readyMs: number;
  /** Largest message; default no bound but what may wait. */
  readonly maxMessageBytes?: number;
  /** What may wait to be stored. There is no way to slow the other side down, so more ends the connection. */
  readonly maxWaiting: { readonly messages?: number; readonly bytes?: number };
  /** A stream that says nothing for `afterMs` is lost; with a question, when it gives no answer for `answerMs` more. */
  readonly silence?:
    | { readonly afterMs: number; readonly question?: { readonly text: string; readonly answerMs: number } }
    | undefined;
  /** A sign of life that is sent from the beginning on. */
  readonly heartbeat?: { readonly everyMs: number; readonly text: string } | undefined;
  /** Sends what opens the stream; true when it flows without the other side saying so. */
  opened(send: (text: string) => void): boolean | Promise<boolean>;
  connected(): void;
  /** @throws CaudalError for a message that ends the subscription */
  hear(body: Uint8Array): Heard;
  /** The error that a close by the other side means; default `transient`. */
  closed?(code: number, reason: string): CaudalError;
}

const lost = (why: string, sent: 'no' | 'maybe' = 'maybe') =>
  new CaudalError('transient', `the WebSocket ${why}`, { sent });

const bytesOf = (data: unknown): Uint8Array =>
  typeof data === 'string' ? new Uint8Array(Buffer.from(data, 'utf8')) : new Uint8Array(data as ArrayBuffer);

/** Stores messages one after the other, in order, and refuses more than may wait. */
const createQueue = (
  { messages = Infinity, bytes = Infinity }: SocketOptions['maxWaiting'],
  send: (text: string) => void,
  ended: AbortSignal,
) => {
  const waiting: { readonly store: NonNullable<Heard['store']>; readonly size: number }[] = [];
  let size = 0;
  let storing = false;
  return async (store: NonNullable<Heard['store']>, own: number): Promise<void> => {
    if (waiting.length > messages) throw lost(`is faster than messages can be stored: ${messages} wait`);
    if (size + own > bytes) throw lost(`is faster than messages can be stored: more than ${bytes} bytes wait`);
    waiting.push({ store, size: own });
    size += own;
    if (storing) return;
    storing = true;
    for (let next = waiting[0]; next !== undefined && !ended.aborted; next = waiting[0]) {
      const acknowledgement = await next.store();
      waiting.shift();
      size -= next.size;
      if (acknowledgement !== undefined) send(acknowledgement);
    }
    storing = false;
  };
};

/** Waits on the host's clock; an ended connection waits no more. */
const timers = (clock: Clock, ended: AbortSignal) => (ms: number, act: () => void) => {
  clock.sleep(ms, ended).then(act, () => {});
};

/**
 * Runs one connection of Node's own WebSocket client until the signal ends it. Messages are stored one after the other, in order. The client
 * does not show pings, so a silent server can be asked something instead. Nothing is repeated and nothing is opened again: the host does,
 * and pulls what was missed.
 *
 * @throws CaudalError when the connection is refused or lost, is silent, says too much or comes faster than the disk; what `hear` and `store` throw
 */
export const runSocket = async (options: SocketOptions): Promise<void> => {
  const { url, host, signal, readyMs, maxMessageBytes = Infinity, silence, heartbeat } = options;
  const { clock } = host;
  if (signal.aborted) return;
  assertSocketNetwork(url, host);
  const over = Promise.withResolvers<void>();
  const ended = new AbortController();
  const end = (error?: unknown) => {
    if (ended.signal.aborted) return;
    ended.abort();
    if (error === undefined) over.resolve();
    else over.reject(toCaudalError(error, 'WebSocket'));
  };
  const abort = () => end();
  signal.addEventListener('abort', abort, { once: true });
  const after = timers(clock, ended.signal);

  const socket = new WebSocket(url, { headers: { ...options.headers } });
  socket.binaryType = 'arraybuffer';
  const send = (text: string) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  };
  const enqueue = createQueue(options.maxWaiting, send, ended.signal);
  let open = false;
  let flowing = false;
  let heard = { at: clock.now(), messages: 0 };

  after(readyMs, () => {
    if (!flowing) end(new CaudalError('timeout', `the WebSocket did not flow within ${readyMs} ms`));
  });
  const beat = () => {
    if (heartbeat === undefined) return;
    after(heartbeat.everyMs, () => {
      send(heartbeat.text);
      beat();
    });
  };
  const listen = () => {
    if (silence === undefined) return;
    const { afterMs, question } = silence;
    after(Math.max(1, heard.at + afterMs - clock.now()), () => {
      if (clock.now() - heard.at < afterMs) return listen();
      if (question === undefined) return end(lost(`said nothing for ${afterMs} ms`));
      const before = heard.messages;
      send(question.text);
      after(question.answerMs, () => {
        if (heard.messages > before) listen();
        else end(lost(`gave no answer for ${question.answerMs} ms after ${afterMs} ms of silence`));
      });
    });
  };
  const flow = () => {
    if (flowing || ended.signal.aborted) return;
    flowing = true;
    options.connected();
    listen();
  };

  socket.addEventListener('open', () => {
    open = true;
    if (ended.signal.aborted) return;
    beat();
    const opening = async () => {
      if (await options.opened(send)) flow();
    };
    opening().catch(end);
  });
  socket.addEventListener('message', ({ data }: { data: unknown }) => {
    if (ended.signal.aborted) return;
    heard = { at: clock.now(), messages: heard.messages + 1 };
    try {
      const body = bytesOf(data);
      if (body.byteLength > maxMessageBytes)
        throw new CaudalError('invalid-data', `a message is larger than ${maxMessageBytes} bytes`);
      const { flows, store } = options.hear(body);
      if (flows) flow();
      if (store !== undefined) enqueue(store, body.byteLength).catch(end);
    } catch (thrown) {
      end(thrown);
    }
  });
  socket.addEventListener('error', () => end(open ? lost('failed') : lost('could not be opened', 'no')));
  socket.addEventListener('close', ({ code, reason }) =>
    end(options.closed?.(code, reason) ?? lost(`was closed by the other side with ${code}`)),
  );

  try {
    await over.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.close();
  }
};
