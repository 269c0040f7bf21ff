import { CaudalError, type Clock, type RawInput, toCaudalError } from '@caudal/core';

/** One connection, and what is done with its messages. */
export interface SocketOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Longest wait until the stream flows, and for the answer to a question. */
  readonly answerMs: number;
  /** Silence after which a question is asked. */
  readonly keepAliveMs: number;
  /** Messages that wait to be stored; more end the connection. */
  readonly maxWaitingBytes: number;
  /** First message. */
  readonly opening: string;
  /** A message that the server answers at once. */
  readonly question: string;
  /** @throws CaudalError for a message that ends the subscription */
  hear(body: Uint8Array): { readonly flows: boolean; readonly records: readonly RawInput[] };
  connected(): void;
  store(records: readonly RawInput[]): Promise<void>;
  /** The error that a close by the server means. */
  closed(code: number, reason: string): CaudalError;
}

const lost = (why: string, sent: 'no' | 'maybe' = 'maybe') =>
  new CaudalError('transient', `the WebSocket ${why}`, { sent });

/**
 * Runs one connection of Node's own WebSocket client until the signal ends it. Messages are stored one after the other. Nothing
 * slows the other side down, so too many that wait end the connection, and the host pulls what was missed. The client does not
 * show pings, so a silent server is asked something instead, on the host's clock.
 *
 * @throws CaudalError when the connection is refused, lost, silent or faster than the disk; what `store` throws
 */
export const runSocket = async (options: SocketOptions): Promise<void> => {
  const { clock, signal, answerMs, keepAliveMs, maxWaitingBytes } = options;
  if (signal.aborted) return;
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
  /** Waits on the host's clock; an ended connection waits no more. */
  const after = (ms: number, act: () => void) => {
    clock.sleep(ms, ended.signal).then(act, () => {});
  };

  const socket = new WebSocket(options.url);
  socket.binaryType = 'arraybuffer';
  let open = false;
  let flowing = false;
  let heard = { at: clock.now(), messages: 0 };

  after(answerMs, () => {
    if (!flowing) end(new CaudalError('timeout', `the WebSocket did not flow within ${answerMs} ms`));
  });
  const watch = () => {
    after(Math.max(1, heard.at + keepAliveMs - clock.now()), () => {
      if (clock.now() - heard.at < keepAliveMs) {
        watch();
        return;
      }
      const before = heard.messages;
      socket.send(options.question);
      after(answerMs, () => {
        if (heard.messages === before)
          end(lost(`gave no answer for ${answerMs} ms after ${keepAliveMs} ms of silence`));
        else watch();
      });
    });
  };

  const waiting: { readonly records: readonly RawInput[]; readonly bytes: number }[] = [];
  let waitingBytes = 0;
  let storing = false;
  const drain = async () => {
    if (storing) return;
    storing = true;
    for (let next = waiting[0]; next !== undefined && !ended.signal.aborted; next = waiting[0]) {
      await options.store(next.records);
      waiting.shift();
      waitingBytes -= next.bytes;
    }
    storing = false;
  };

  socket.addEventListener('open', () => {
    open = true;
    if (!ended.signal.aborted) socket.send(options.opening);
  });
  socket.addEventListener('message', ({ data }: { data: unknown }) => {
    if (ended.signal.aborted) return;
    heard = { at: clock.now(), messages: heard.messages + 1 };
    try {
      const body =
        typeof data === 'string' ? new Uint8Array(Buffer.from(data, 'utf8')) : new Uint8Array(data as ArrayBuffer);
      const { flows, records } = options.hear(body);
      if (flows && !flowing) {
        flowing = true;
        options.connected();
        watch();
      }
      if (records.length === 0) return;
      waitingBytes += body.byteLength;
      if (waitingBytes > maxWaitingBytes)
        throw lost(`is faster than messages can be stored: more than ${maxWaitingBytes} bytes wait`);
      waiting.push({ records, bytes: body.byteLength });
      drain().catch(end);
    } catch (thrown) {
      end(thrown);
    }
  });
  socket.addEventListener('error', () => end(open ? lost('failed') : lost('could not be opened', 'no')));
  socket.addEventListener('close', ({ code, reason }) => end(options.closed(code, reason)));

  try {
    await over.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.close();
  }
};
