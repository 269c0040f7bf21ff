import type { CaudalError, Clock } from '@caudal/core';
import type { Got } from 'got';
import type { Agents } from './agents.ts';
import type { ExchangeHead, ExchangeRequest, ExchangeResponse, Unanswered } from './exchange.ts';
import { type Outgoing, sendOut } from './outgoing.ts';

export interface FlowRequest extends ExchangeRequest {
  /** Longest silence between two chunks. */
  readonly idleMs: number;
  /** What `chunks` throws when the flow breaks. */
  readonly broken: (why: Unanswered) => CaudalError;
}

/** How a request for a stream began: a success flows, any other answer is whole. */
export type Flow =
  | { readonly began: 'flowing'; readonly head: ExchangeHead; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly began: 'answered'; readonly response: ExchangeResponse }
  | { readonly began: 'failed'; readonly why: Unanswered };

/**
 * One request whose answer is read as it comes. `timeoutMs` runs until the head is there, then `idleMs` for each chunk, both on
 * the clock and only while somebody waits for it: a slow reader slows the other side down and is not taken for silence.
 */
export const openFlow = async (got: Got, agents: Agents, clock: Clock, request: FlowRequest): Promise<Flow> => {
  const { timeoutMs, idleMs, maxBodyBytes, signal, broken } = request;
  if (signal.aborted) return { began: 'failed', why: { ended: 'cancelled', sent: 'no' } };
  let stopped: 'timeout' | 'cancelled' | undefined;
  const stop = new AbortController();
  const end = (why: 'timeout' | 'cancelled') => {
    stopped ??= why;
    stop.abort();
  };
  const cancel = () => end('cancelled');
  const within = (ms: number): (() => void) => {
    const inTime = new AbortController();
    clock.sleep(ms, inTime.signal).then(
      () => end('timeout'),
      () => {},
    );
    return () => inTime.abort();
  };
  let outgoing: Outgoing;
  try {
    outgoing = sendOut(got, agents, request, stop.signal);
  } catch (thrown) {
    return { began: 'failed', why: { ended: 'failed', sent: 'no', error: thrown as Error } };
  }
  signal.addEventListener('abort', cancel, { once: true });
  const iterator = outgoing.chunks[Symbol.asyncIterator]();
  const why = (thrown: unknown): Unanswered =>
    stopped === undefined
      ? { ended: 'failed', sent: outgoing.sent(), error: thrown as Error }
      : { ended: stopped, sent: outgoing.sent() };
  const leave = () => {
    signal.removeEventListener('abort', cancel);
    outgoing.destroy();
  };

  const first = iterator.next();
  first.catch(() => {});

  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    try {
      for (let next = first; ; next = iterator.next()) {
        const arrived = within(idleMs);
        const item = await next
          .catch((thrown: unknown) => {
            throw broken(why(thrown));
          })
          .finally(arrived);
        if (item.done === true) return;
        yield item.value;
      }
    } finally {
      leave();
    }
  }

  /** The whole body of a refusal, within the time of the head. */
  const whole = async (): Promise<Uint8Array | undefined> => {
    const parts: Uint8Array[] = [];
    let size = 0;
    for (let item = await first; item.done !== true; item = await iterator.next()) {
      size += item.value.byteLength;
      if (size > maxBodyBytes) return undefined;
      parts.push(item.value);
    }
    return Buffer.concat(parts, size);
  };

  const answered = within(timeoutMs);
  try {
    await Promise.race([outgoing.answered, first]);
    const head = outgoing.head();
    if (head === undefined) throw new Error('the answer has no head');
    const { statusCode: status, headers } = head;
    if (status >= 200 && status < 300) return { began: 'flowing', head: { status, headers }, chunks: chunks() };
    const body = await whole();
    leave();
    return body === undefined
      ? { began: 'failed', why: { ended: 'too-large' } }
      : { began: 'answered', response: { status, headers, body } };
  } catch (thrown) {
    leave();
    return { began: 'failed', why: why(thrown) };
  } finally {
    answered();
  }
};
