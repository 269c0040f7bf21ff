import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { canonicalJson } from '../config/domain.ts';
import type { Services } from '../services.ts';
import { Refusal } from './refusal.ts';

/** An answer as it goes out, and as it is given again. */
export interface Given {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const keyPattern = /^[\x21-\x7e]{1,128}$/;

export const keyOf = ({ headers }: FastifyRequest): string | undefined => {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !keyPattern.test(key))
    throw new Refusal('bad-request', 'an Idempotency-Key has 1 to 128 visible ASCII characters');
  return key;
};

/**
 * Does a write once for a key of who asks, however often it is asked for within a day. What failed here or was refused for the moment may be
 * tried again under the same key; every other answer is given again.
 */
export const onceFor = async (
  { store, clock }: Pick<Services, 'store' | 'clock'>,
  principal: string,
  key: string,
  request: { readonly method: string; readonly url: string; readonly body: unknown },
  act: () => Promise<Given>,
): Promise<Given> => {
  const mark = createHash('sha256')
    .update(canonicalJson([request.method, request.url, request.body ?? null]))
    .digest('hex');
  const kept = await store.write.claimAnswer({ principal, key, request: mark, at: clock.now() });
  if (kept !== null) {
    if (kept.request !== mark) throw new Refusal('refused', 'this Idempotency-Key was used for another request');
    if (kept.status === null)
      throw new Refusal('conflict', 'the first request with this Idempotency-Key is still under way', {
        headers: { 'retry-after': '1' },
      });
    return { status: kept.status, headers: { ...kept.headers, 'idempotency-replayed': 'true' }, body: kept.body };
  }
  let answer: Given;
  try {
    answer = await act();
  } catch (thrown) {
    await store.write.keepAnswer({ principal, key, answer: null });
    throw thrown;
  }
  await store.write.keepAnswer({ principal, key, answer });
  return answer;
};
