import { type Problem, ProblemError } from './problem.ts';

export interface Call {
  /** A list is sent as its name so many times. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The page lies beside the API: `./api/v1`, whatever stands before both. */
const base = new URL('api/v1/', document.baseURI.replace(/#.*$/, ''));

let accessToken: string | null = null;
let refreshing: Promise<boolean> | null = null;
let ended: () => void = () => undefined;

export interface LoggedIn {
  readonly accessToken: string;
}

/** The token stays in memory: a reload asks for another with the cookie that no script sees. */
export const hold = (logged: LoggedIn | null): void => {
  accessToken = logged?.accessToken ?? null;
};

export const whenEnded = (listener: () => void): void => {
  ended = listener;
};

const addressOf = (path: string, query: Call['query'] = {}): URL => {
  const url = new URL(path.replace(/^\//, ''), base);
  for (const [name, value] of Object.entries(query))
    if (Array.isArray(value)) for (const one of value as readonly string[]) url.searchParams.append(name, one);
    else if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, String(value));
  return url;
};

const send = (method: string, path: string, { query, body, signal, headers }: Call): Promise<Response> =>
  fetch(addressOf(path, query), {
    method,
    credentials: 'same-origin',
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });

/** Asks for a new access token, once however many ask at once. Answers whether there is one. */
export const renew = (): Promise<boolean> => {
  refreshing ??= (async () => {
    const answer = await send('POST', '/auth/refresh', { body: {} });
    hold(answer.ok ? ((await answer.json()) as LoggedIn) : null);
    return answer.ok;
  })().finally(() => {
    refreshing = null;
  });
  return refreshing;
};

const problemIn = async (answer: Response): Promise<Problem> => {
  const read = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  return { title: answer.statusText, ...read, status: answer.status };
};

/**
 * A request of the API, once more with a new token when the old one is spent.
 *
 * @throws ProblemError with what the API says is wrong
 */
export const request = async (method: string, path: string, options: Call = {}): Promise<Response> => {
  let answer = await send(method, path, options);
  if (answer.status === 401 && !path.startsWith('/auth/')) {
    if (await renew()) answer = await send(method, path, options);
    else ended();
  }
  if (!answer.ok) throw new ProblemError(await problemIn(answer));
  return answer;
};

/** The same, its answer read as JSON; undefined when it has no body. */
export const call = async <T>(method: string, path: string, options: Call = {}): Promise<T> => {
  const answer = await request(method, path, options);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
};

export const get = <T>(path: string, query?: Call['query'], signal?: AbortSignal): Promise<T> =>
  call<T>('GET', path, { ...(query === undefined ? {} : { query }), ...(signal === undefined ? {} : { signal }) });

/** A change. Its key makes sure that it happens once, however often it has to be sent. */
export const act = <T = void>(method: string, path: string, body?: unknown, headers?: Call['headers']): Promise<T> =>
  call<T>(method, path, { body, headers: { 'idempotency-key': crypto.randomUUID(), ...headers } });

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
