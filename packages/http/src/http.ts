import { CaudalError, type ErrorScope, type Host, type SecretReference } from '@caudal/core';
import type { Got } from 'got';
import type { Agents } from './agents.ts';
import { type Auth, type Credentials, credentialsOf, type LoginAuth, referenceOf } from './auth.ts';
import { exchange, type ExchangeHead, type ExchangeRequest, type Unanswered } from './exchange.ts';
import { openFlow } from './flow.ts';
import { createLogins } from './logins.ts';
import type { HttpBody, HttpHead, HttpRequest, HttpResponse, HttpStream, StreamRequest } from './messages.ts';
import { networkMeaning } from './network-failures.ts';
import { parseRetryAfter } from './retry-after.ts';
import { meaningOf, type StatusMeaning } from './status-meanings.ts';
import { parseBaseUrl, type Target, targetOf } from './target.ts';
import { bareToken, readTokenAnswer } from './token-answer.ts';
import { userAgent } from './version.ts';

export interface HttpOptions {
  readonly host: Host;
  /** `https://api.example.com/v1`, without user, query and fragment. */
  readonly baseUrl: string;
  /** Used for every request that names no other. */
  readonly auth?: Auth;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** From the first byte to the last, on the host's clock. Default 30 s. */
  readonly timeoutMs?: number;
  /** Largest answer, decompressed. Default 32 MiB. */
  readonly maxBodyBytes?: number;
  /** Response headers to keep beside the usual ones, lower case. `set-cookie` and the like are never kept. */
  readonly keepHeaders?: readonly string[];
}

/** How an answer that is no success becomes an error. */
export interface FailureOptions {
  /** Where the vendor means something else than the common table. */
  readonly meanings?: Readonly<Record<number, StatusMeaning>>;
  /** Default: `credential` for kind `auth` where a credential was used, else `instance`. */
  readonly scope?: ErrorScope;
}

export interface Http {
  /**
   * One request and its answer, whatever the status. Never repeats, except after one renewed login.
   * @throws CaudalError when there is no answer; `sent: 'no'` only when connecting or TLS never completed
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /**
   * One request whose answer is read as it comes, for streams that stay open. An answer that is no success is read whole and
   * returned as `send` returns it, for {@link Http.failure}; only a stream has `chunks`.
   * @throws CaudalError as `send` does while there is no answer
   */
  stream(request: StreamRequest): Promise<HttpStream | HttpResponse>;
  /**
   * Logs in anew, whatever token is at hand: whether the credential works. The new token serves the requests that follow.
   * @throws CaudalError as {@link Http.send}, `auth` when the login is refused
   */
  login(auth: LoginAuth, signal: AbortSignal): Promise<void>;
  /** The error that an answer means, by its status, with `Retry-After`. */
  failure(response: HttpResponse, options?: FailureOptions): CaudalError;
  /** Throws {@link Http.failure} unless the status is 2xx. */
  expectOk(response: HttpResponse, options?: FailureOptions): void;
  /**
   * The body as JSON.
   * @throws CaudalError kind `transient` when it is an HTML page, `invalid-data` when it is anything else
   */
  json(response: HttpResponse): unknown;
  /**
   * The token of a login, for protocols that carry it elsewhere than in a header. Shared and kept as for `send`.
   * @throws CaudalError as `send` does
   */
  token(auth: LoginAuth, signal: AbortSignal): Promise<string>;
  /** Forgets a token that was refused there, so that whoever comes next logs in. */
  forget(auth: LoginAuth, token: string): void;
  /** Closes all connections and forgets tokens. The client may be used again afterwards. */
  close(): Promise<void>;
}

const usualHeaders = [
  'content-type',
  'date',
  'etag',
  'last-modified',
  'retry-after',
  'server',
  'x-request-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];
const neverKept = new Set(['set-cookie', 'set-cookie2', 'authorization', 'proxy-authorization', 'www-authenticate']);

const encodeBody = (body: HttpBody | undefined): { content?: string | Uint8Array; mediaType?: string } => {
  if (body === undefined) return {};
  if ('json' in body) return { content: JSON.stringify(body.json), mediaType: 'application/json' };
  if ('form' in body)
    return { content: new URLSearchParams(body.form).toString(), mediaType: 'application/x-www-form-urlencoded' };
  return body;
};

const looksLikeHtml = ({ contentType, body }: HttpResponse): boolean =>
  /\bx?html\b/i.test(contentType ?? '') ||
  /^\s*<(!doctype|html|head|body)\b/i.test(Buffer.from(body.subarray(0, 200)).toString('latin1'));

/** One request with what authorises it. */
type Perform<R> = (request: HttpRequest, target: Target, credentials: Credentials | undefined) => Promise<R>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** An HTTP client for one adapter instance. Does no I/O until the first request, which also loads got. */
export const createHttp = (options: HttpOptions): Http => {
  const { host, timeoutMs = 30_000, maxBodyBytes = 32 * 1024 * 1024 } = options;
  const baseUrl = parseBaseUrl(options.baseUrl);
  const server = new URL(baseUrl).host;
  const kept = [...usualHeaders, ...(options.keepHeaders ?? []).map((name) => name.toLowerCase())].filter(
    (name) => !neverKept.has(name),
  );
  let agents: Promise<Agents> | undefined;
  let got: Promise<Got> | undefined;

  /** A host with a resolver of its own may not have told its redactor. */
  const resolve = async (reference: SecretReference): Promise<string> => {
    const secret = await host.secret(reference);
    host.redact.add(secret);
    return secret;
  };

  /** What got throws carries options and request, and with them every credential: only its words are kept. */
  const wordsOf = (error: Error & { code?: string }): Error =>
    Object.assign(new Error(host.redact.text(error.message)), {
      name: error.name,
      ...(error.code === undefined ? {} : { code: error.code }),
    });

  const networkError = (label: string, failed: Extract<Unanswered, { ended: 'failed' }>): CaudalError => {
    const { error, sent } = failed;
    const proxyStatus = /^Bad response: (\d{3})$/.exec(error.message)?.[1];
    if (proxyStatus !== undefined && host.network.proxy !== undefined) {
      const kind = proxyStatus === '407' || proxyStatus === '403' ? 'config' : 'transient';
      return new CaudalError(kind, `${label}: the outbound proxy refused the connection with ${proxyStatus}`, {
        sent,
        cause: wordsOf(error),
      });
    }
    const { kind, says } = networkMeaning(error.code ?? '');
    const cause = wordsOf(error);
    return new CaudalError(kind, `${label}: ${says}`, {
      sent,
      cause,
      detail: `${error.code ?? ''} ${cause.message}`.trim(),
    });
  };

  const unanswered = (label: string, done: Unanswered, waits: number): CaudalError => {
    if (done.ended === 'failed') return networkError(label, done);
    if (done.ended === 'too-large')
      return new CaudalError('invalid-data', `${label}: the answer is larger than ${maxBodyBytes} bytes`);
    return done.ended === 'timeout'
      ? new CaudalError('timeout', `${label}: no complete answer within ${waits} ms`, { sent: done.sent })
      : new CaudalError('transient', `${label}: the call was cancelled`, { sent: done.sent });
  };

  /** What goes to the socket, and the name under which errors speak of it. */
  const outgoing = (request: HttpRequest, target: Target, credentials: Credentials | undefined) => {
    const method = request.method ?? 'GET';
    const { content, mediaType } = encodeBody(request.body);
    const asked: ExchangeRequest = {
      method,
      url: target.url,
      headers: {
        'user-agent': userAgent,
        accept: 'application/json',
        ...(mediaType === undefined ? {} : { 'content-type': mediaType }),
        ...options.headers,
        ...request.headers,
        ...credentials?.headers,
      },
      body: content,
      timeoutMs: request.timeoutMs ?? timeoutMs,
      maxBodyBytes,
      signal: request.signal,
    };
    return { asked, label: `${method} ${server}` };
  };

  const client = async (): Promise<[Got, Agents]> => {
    got ??= import('got').then((module) => module.default);
    agents ??= import('./agents.ts').then(({ createAgents }) => createAgents(host));
    return [await got, await agents];
  };

  const exchangeOnce: Perform<HttpResponse> = async (request, target, credentials) => {
    const { asked, label } = outgoing(request, target, credentials);
    const done = await exchange(...(await client()), host.clock, asked);
    if (done.ended !== 'answered') throw unanswered(label, done, asked.timeoutMs);
    return { ...headOf(asked.method, target, done.response, credentials), body: done.response.body };
  };

  const streamOnce =
    (idleMs: number): Perform<HttpStream | HttpResponse> =>
    async (request, target, credentials) => {
      const { asked, label } = outgoing(request, target, credentials);
      const broken = (why: Unanswered): CaudalError =>
        why.ended === 'timeout'
          ? new CaudalError('transient', `${label}: the stream is silent, nothing came for ${idleMs} ms`)
          : unanswered(label, why, idleMs);
      // A compressed stream would keep its messages back until a block of the compression is full.
      const headers = { 'accept-encoding': 'identity', ...asked.headers };
      const flow = await openFlow(...(await client()), host.clock, { ...asked, headers, idleMs, broken });
      if (flow.began === 'failed') throw unanswered(label, flow.why, asked.timeoutMs);
      if (flow.began === 'flowing')
        return { ...headOf(asked.method, target, flow.head, credentials), chunks: flow.chunks };
      return { ...headOf(asked.method, target, flow.response, credentials), body: flow.response.body };
    };

  const headOf = (
    method: string,
    target: Target,
    head: ExchangeHead,
    credentials: Credentials | undefined,
  ): HttpHead => {
    const headers: Record<string, string> = {};
    for (const name of kept) {
      const value = head.headers[name];
      if (value !== undefined) headers[name] = host.redact.text(String(value));
    }
    const serverTime = Date.parse(headers['date'] ?? '');
    const contentType = headers['content-type'];
    const credential = credentials?.reference;
    return {
      method,
      path: host.redact.text(target.shown),
      status: head.status,
      headers,
      ...(contentType === undefined ? {} : { contentType }),
      ...(Number.isFinite(serverTime) ? { serverTime } : {}),
      ...(credential === undefined ? {} : { credential }),
    };
  };

  const failure = (response: HttpResponse, { meanings, scope }: FailureOptions = {}): CaudalError => {
    const { kind, says } = meaningOf(response.status, meanings);
    const page = looksLikeHtml(response) ? ' with an HTML page' : '';
    const wait = parseRetryAfter(response.headers['retry-after'], response.serverTime ?? host.clock.now());
    const excerpt = host.redact.text(Buffer.from(response.body).subarray(0, 500).toString('utf8'));
    return new CaudalError(kind, `${server} answered ${response.status}${page}: ${says}`, {
      status: response.status,
      detail: `${response.method} ${response.path}: ${excerpt}`,
      scope: scope ?? (kind === 'auth' && response.credential !== undefined ? 'credential' : 'instance'),
      ...(response.credential === undefined ? {} : { credential: response.credential }),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    });
  };

  const expectOk: Http['expectOk'] = (response, failureOptions) => {
    if (response.status < 200 || response.status > 299) throw failure(response, failureOptions);
  };

  const json: Http['json'] = (response) => {
    try {
      return JSON.parse(utf8.decode(response.body));
    } catch {
      const html = looksLikeHtml(response);
      throw new CaudalError(
        html ? 'transient' : 'invalid-data',
        html
          ? `${server} answered ${response.status} with an HTML page where JSON was expected: a proxy, a maintenance page or a wrong base URL`
          : `${server} answered ${response.status} with something that is not JSON`,
        {
          status: response.status,
          detail: host.redact.text(Buffer.from(response.body).subarray(0, 500).toString('utf8')),
        },
      );
    }
  };

  const fieldsOf = async (auth: LoginAuth) => {
    const fields: Record<string, string> = {};
    for (const [name, field] of Object.entries(auth.fields))
      fields[name] = typeof field === 'string' ? field : await resolve(field.secret);
    return fields;
  };

  const logins = createLogins(host.clock, fieldsOf, async (auth, fields, signal) => {
    const reference = referenceOf(auth);
    const request: HttpRequest = {
      method: 'POST',
      path: auth.path,
      body: auth.encoding === 'form' ? { form: fields } : { json: fields },
      signal,
    };
    const response = await exchangeOnce(request, targetOf(baseUrl, request, undefined), { reference });
    expectOk(response);
    const answer = bareToken(auth, response.body) ?? json(response);
    const found = readTokenAnswer(auth, answer, response.serverTime ?? host.clock.now());
    if (found === undefined) {
      throw new CaudalError(
        'auth',
        `${server} accepted the login but its answer has no token at ${String(auth.token)}`,
        {
          status: response.status,
          scope: 'credential',
          ...(reference === undefined ? {} : { credential: reference }),
        },
      );
    }
    host.redact.add(found.value);
    return found;
  });

  const withLogin = async <R extends HttpHead>(
    request: HttpRequest,
    auth: LoginAuth,
    perform: Perform<R>,
  ): Promise<R> => {
    const attempt = async () => {
      const token = await logins.token(auth, request.signal);
      const credentials: Credentials = {
        headers: { [auth.header ?? 'authorization']: (auth.prefix ?? 'Bearer ') + token },
        reference: referenceOf(auth),
      };
      const response = await perform(request, targetOf(baseUrl, request, credentials), credentials);
      if (response.status === 401) logins.forget(auth, token);
      else logins.worked(auth);
      return response;
    };
    const first = await attempt();
    if (first.status !== 401) return first;
    // Only a success can be a stream, so a refusal has its whole body.
    const renews = auth.expired?.(first as HttpHead as HttpResponse) ?? true;
    if (!renews) return first;
    const second = await attempt();
    // A token that was given a moment ago and is refused will not be the last: the credential rests like a refused one.
    if (second.status === 401) await logins.refused(auth, refusedToken(second));
    return second;
  };

  const refusedToken = (response: HttpHead): CaudalError => {
    const { credential, status } = response;
    return new CaudalError('auth', `${server} gave a token and refused it`, {
      sent: 'no',
      scope: 'credential',
      status,
      ...(credential === undefined ? {} : { credential }),
    });
  };

  const withCredentials = async <R extends HttpHead>(request: HttpRequest, perform: Perform<R>): Promise<R> => {
    const auth = request.auth ?? options.auth ?? 'none';
    if (auth === 'none') return perform(request, targetOf(baseUrl, request, undefined), undefined);
    if (auth.type === 'login') return withLogin(request, auth, perform);
    const credentials = await credentialsOf(auth, resolve, host.redact);
    return perform(request, targetOf(baseUrl, request, credentials), credentials);
  };

  return {
    send: (request) => withCredentials(request, exchangeOnce),
    stream: (request) => withCredentials(request, streamOnce(request.idleMs ?? request.timeoutMs ?? timeoutMs)),
    async login(auth, signal) {
      logins.renew(auth);
      await logins.token(auth, signal);
    },
    failure,
    expectOk,
    json,
    token: (auth, signal) => logins.token(auth, signal),
    forget: (auth, token) => logins.forget(auth, token),
    async close() {
      const open = agents;
      agents = undefined;
      logins.clear();
      (await open?.catch(() => undefined))?.destroy();
    },
  };
};
