import type { RecordedRequest } from './recorded-request.ts';

/**
 * How the fault server treats one request.
 *
 * | kind | what the client sees |
 * |---|---|
 * | `answer` | a complete answer |
 * | `slow` | the head at once, then one chunk for each `release()` of the server |
 * | `cut` | a head that promises the whole body, half of the body, then the end of the connection |
 * | `hang-before-reading` | nothing; the body of the request is never read |
 * | `hang-after-storing` | nothing, although the request was read and recorded |
 * | `reset` | a connection reset after the request was read and recorded |
 */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Uint8Array;
    }
  | {
      readonly kind: 'slow' | 'cut';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly chunks: readonly (string | Uint8Array)[];
    }
  | { readonly kind: 'hang-before-reading' | 'hang-after-storing' | 'reset' };

/** A reply, or what computes it from the request. */
export type Programmed = Reply | ((request: RecordedRequest) => Reply);

type Headers = Readonly<Record<string, string>>;

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html; charset=utf-8' };

const answer = (status: number, body: string | Uint8Array = '', headers: Headers = {}): Reply => ({
  kind: 'answer',
  status,
  headers,
  body,
});

/** The replies there are, by name. */
export const replies = {
  /** Any status with any body. */
  answer,
  /** `value` as JSON. */
  json: (value: unknown, status = 200, headers: Headers = {}): Reply =>
    answer(status, JSON.stringify(value), { ...json, ...headers }),
  /** The page of some proxy or login form, where data were expected. */
  html: (status = 200): Reply =>
    answer(status, '<!doctype html><html><title>Sign in</title><body>Please sign in.</body></html>', html),
  /** A body that says it is JSON and ends in the middle. */
  badJson: (status = 200): Reply => answer(status, '{"data": [1, 2', json),
  /** `bytes` bytes of spaces that say they are JSON. */
  huge: (bytes: number): Reply => answer(200, Buffer.alloc(bytes, 0x20), json),
  redirect: (location: string, status = 302): Reply => answer(status, '', { location }),
  /** 429. `retryAfter` as in the header: seconds or an HTTP date. */
  rateLimited: (retryAfter?: string): Reply =>
    answer(429, '{"message":"too many requests"}', {
      ...json,
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    }),
  slow: (chunks: readonly (string | Uint8Array)[], status = 200, headers: Headers = json): Reply => ({
    kind: 'slow',
    status,
    headers,
    chunks,
  }),
  cut: (body: string | Uint8Array = '{"data":[1,2,3,4,5,6,7,8]}', status = 200, headers: Headers = json): Reply => ({
    kind: 'cut',
    status,
    headers,
    chunks: [body],
  }),
  hangBeforeReading: { kind: 'hang-before-reading' } as Reply,
  hangAfterStoring: { kind: 'hang-after-storing' } as Reply,
  reset: { kind: 'reset' } as Reply,
} as const;
