import type { Clock } from '@caudal/core';
import type { Got } from 'got';
import type { Agents } from './agents.ts';
import { type Outgoing, type OutgoingRequest, sendOut } from './outgoing.ts';

export interface ExchangeRequest extends OutgoingRequest {
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal;
}

/** The first lines of an answer. */
export interface ExchangeHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface ExchangeResponse extends ExchangeHead {
  readonly body: Uint8Array;
}

/** A request that came to nothing. `sent` is `no` only while connecting or TLS was not complete. */
export type Unanswered =
  | { readonly ended: 'timeout' | 'cancelled'; readonly sent: 'no' | 'maybe' }
  | { readonly ended: 'too-large' }
  | { readonly ended: 'failed'; readonly sent: 'no' | 'maybe'; readonly error: Error & { code?: string } };

/** How one request over one connection ended. */
export type Exchange = { readonly ended: 'answered'; readonly response: ExchangeResponse } | Unanswered;

/** One request, one answer, no repetition. Bounded in time by the clock and in size after decompression. */
export const exchange = async (got: Got, agents: Agents, clock: Clock, request: ExchangeRequest): Promise<Exchange> => {
  const { timeoutMs, maxBodyBytes, signal } = request;
  if (signal.aborted) return { ended: 'cancelled', sent: 'no' };
  let stopped: 'timeout' | 'cancelled' | undefined;
  const stop = new AbortController();
  const end = (why: 'timeout' | 'cancelled') => {
    stopped ??= why;
    stop.abort();
  };
  const cancel = () => end('cancelled');
  signal.addEventListener('abort', cancel, { once: true });
  const finished = new AbortController();
  clock.sleep(timeoutMs, finished.signal).then(
    () => end('timeout'),
    () => {},
  );
  let outgoing: Outgoing | undefined;
  try {
    outgoing = sendOut(got, agents, request, stop.signal);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of outgoing.chunks) {
      size += chunk.byteLength;
      if (size > maxBodyBytes) {
        outgoing.destroy();
        return { ended: 'too-large' };
      }
      chunks.push(chunk);
    }
    const head = outgoing.head();
    if (head === undefined)
      return { ended: 'failed', sent: outgoing.sent(), error: new Error('the answer has no head') };
    return {
      ended: 'answered',
      response: { status: head.statusCode, headers: head.headers, body: Buffer.concat(chunks, size) },
    };
  } catch (thrown) {
    const sent = outgoing?.sent() ?? 'no';
    return stopped === undefined ? { ended: 'failed', sent, error: thrown as Error } : { ended: stopped, sent };
  } finally {
    signal.removeEventListener('abort', cancel);
    finished.abort();
  }
};
