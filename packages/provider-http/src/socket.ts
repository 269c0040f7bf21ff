import { CaudalError, type Host, toCaudalError } from '@caudal/core';

/** One connection and what is done with its messages. */
export interface SocketOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly readyMs: number;
  readonly maxMessageBytes: number;
  readonly maxWaiting: number;
  readonly silenceMs: number | undefined;
  readonly heartbeat: { readonly everyMs: number; readonly message: string } | undefined;
  /** Sends what opens the stream; true when it flows without the other side saying so. */
  opened(send: (text: string) => void): Promise<boolean>;
  connected(): void;
  /** @throws CaudalError for a message that is a refusal */
  kindOf(body: Uint8Array): { readonly ready: boolean; readonly data: boolean };
  /** Resolves when the message is on disk, with the acknowledgement to send. */
  store(body: Uint8Array): Promise<string | undefined>;
}

const lost = (why: string, sent: 'no' | 'maybe' = 'maybe') =>
  new CaudalError('transient', `the WebSocket ${why}`, { sent });

const bytesOf = (data: unknown): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data, 'utf8') : new Uint8Array(data as ArrayBuffer);

/**
 * Runs one connection of Node's own WebSocket client until the signal ends it. Messages are stored one after the other, in order;
 * there is no way to slow the other side down, so too many that wait end the connection, and the host pulls what was missed.
 *
 * @throws CaudalError when the connection is refused or lost, is silent, or says too much
 */
export const openSocket = async (options: SocketOptions): Promise<void> => {
  const { host, signal, maxMessageBytes, maxWaiting, silenceMs, heartbeat } = options;
  const { clock } = host;
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

  const socket = new WebSocket(options.url, { headers: { ...options.headers } });
  socket.binaryType = 'arraybuffer';
  const send = (text: string) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  };
  let heard = clock.now();
  let flowing = false;
  let open = false;
  const flow = () => {
    if (flowing || ended.signal.aborted) return;
    flowing = true;
    options.connected();
  };

  /** Waits on the host's clock; an ended connection waits no more. */
  const after = (ms: number, act: () => void) => {
    clock.sleep(ms, ended.signal).then(act, () => {});
  };
  after(options.readyMs, () => {
    if (!flowing) end(new CaudalError('timeout', `the WebSocket did not flow within ${options.readyMs} ms`));
  });
  const beat = () => {
    if (heartbeat === undefined) return;
    after(heartbeat.everyMs, () => {
      send(heartbeat.message);
      beat();
    });
  };
  const listen = () => {
    if (silenceMs === undefined) return;
    after(Math.max(1, heard + silenceMs - clock.now()), () => {
      if (clock.now() - heard >= silenceMs) end(lost(`said nothing for ${silenceMs} ms`));
      else listen();
    });
  };

  const waiting: Uint8Array[] = [];
  let storing = false;
  const drain = async () => {
    if (storing) return;
    storing = true;
    for (let body = waiting.shift(); body !== undefined && !ended.signal.aborted; body = waiting.shift()) {
      const acknowledgement = await options.store(body);
      if (acknowledgement !== undefined) send(acknowledgement);
    }
    storing = false;
  };

  socket.addEventListener('open', () => {
    open = true;
    beat();
    listen();
    const opening = async () => {
      if (await options.opened(send)) flow();
    };
    opening().catch(end);
  });
  socket.addEventListener('message', ({ data }) => {
    if (ended.signal.aborted) return;
    heard = clock.now();
    try {
      const body = bytesOf(data);
      if (body.byteLength > maxMessageBytes)
        throw new CaudalError('invalid-data', `a message is larger than ${maxMessageBytes} bytes`);
      const kind = options.kindOf(body);
      if (kind.ready) flow();
      if (!kind.data) return;
      if (waiting.length >= maxWaiting) throw lost(`is faster than messages can be stored: ${maxWaiting} wait`);
      waiting.push(body);
      drain().catch(end);
    } catch (thrown) {
      end(thrown);
    }
  });
  socket.addEventListener('error', () => end(lost(open ? 'failed' : 'could not be opened')));
  socket.addEventListener('close', ({ code }) => end(lost(`was closed by the other side with ${code}`)));

  try {
    await over.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.close();
  }
};
