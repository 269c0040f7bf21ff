import { CaudalError, type ErrorKind, type Host } from '@caudal/core';

export interface Exchange {
  readonly method?: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const kindOf = (status: number): ErrorKind | undefined => {
  if (status < 300) return undefined;
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate-limit';
  return status >= 500 ? 'transient' : 'rejected';
};

const neverSent = new Set(['ECONNREFUSED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN']);

/** One request without redirects or repetition; nothing of what was sent gets into an error. */
export const exchange = async (request: Exchange): Promise<Exchanged> => {
  request.signal.throwIfAborted();
  const silence = AbortSignal.timeout(request.timeoutMs);
  try {
    const answer = await fetch(request.url, {
      method: request.method ?? 'GET',
      headers: request.headers,
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, silence]),
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const body = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
  } catch (thrown) {
    if (request.signal.aborted) throw request.signal.reason;
    if (silence.aborted) throw new CaudalError('timeout', 'no answer in time');
    const { cause } = thrown as { cause?: { code?: string } };
    const sent = neverSent.has(cause?.code ?? '') ? 'no' : 'maybe';
    throw new CaudalError('transient', `the connection failed: ${cause?.code ?? 'unknown'}`, { sent });
  }
};

/** Throws what the status means. */
export const refuseBadStatus = ({ status, headers }: Exchanged): void => {
  const kind = kindOf(status);
  if (kind === undefined) return;
  const seconds = Number(headers['retry-after']);
  throw new CaudalError(kind, `the answer is ${status}`, {
    status,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  });
};

/** The usual: exchange, refuse bad statuses, log. */
export const exchangeWell = async (host: Host, request: Exchange): Promise<Exchanged> => {
  const answer = await exchange(request);
  host.log.debug({ path: new URL(request.url).pathname, status: answer.status }, 'exchanged');
  refuseBadStatus(answer);
  return answer;
};
