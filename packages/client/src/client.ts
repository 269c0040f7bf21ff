import { operations, type Operations } from './generated/operations.ts';
import { problemOf } from './problem.ts';

export interface ClientOptions {
  /** Where the runtime is: `https://water.example.org`, with its path when it has one. */
  readonly baseUrl: string;
  /** An API key or access token, or what gives the present one. Absent for routes that are open to all. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Of `events`: goes on after this one, instead of with what happens next. */
  readonly lastEventId?: string;
}

type Name = keyof Operations;
type Input<N extends Name> = Operations[N]['input'];
type Answer<N extends Name> = Operations[N]['answer'];

/** An answer with its ETag, for a change that says what it changes. */
export interface Versioned<T> {
  readonly answer: T;
  /** To be sent back as `ifMatch`. */
  readonly etag: string | null;
}

type Call<N extends Name> =
  object extends Input<N>
    ? (input?: Input<N>, options?: CallOptions) => Promise<Answer<N>>
    : (input: Input<N>, options?: CallOptions) => Promise<Answer<N>>;

/** One method for each operation of the API, named as in its document, and `ask` for an answer with its ETag. */
export type Client = { readonly [N in Name]: Call<N> } & {
  ask<N extends Name>(name: N, input: Input<N>, options?: CallOptions): Promise<Versioned<Answer<N>>>;
};

const addressOf = (name: Name, base: string, input: Readonly<Record<string, unknown>>): URL => {
  const { path, query } = operations[name];
  const at = path.replaceAll(/\{(\w+)\}/g, (_whole, part: string) => encodeURIComponent(String(input[part])));
  const url = new URL(`${base.replace(/\/+$/, '')}${at}`);
  for (const key of query) {
    const value = input[key];
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) url.searchParams.append(key, String(one));
  }
  return url;
};

/** @throws ApiProblem from every method for whatever the runtime refuses */
export const createClient = ({ baseUrl, token, fetch: ask = fetch }: ClientOptions): Client => {
  const send = async (
    name: Name,
    input: Readonly<Record<string, unknown>> = {},
    { signal, lastEventId }: CallOptions = {},
  ): Promise<Versioned<unknown>> => {
    const { method, gives } = operations[name];
    const credential = typeof token === 'function' ? await token() : token;
    const headers: Record<string, string> = { accept: 'application/json, application/problem+json, */*' };
    if (credential !== undefined) headers['authorization'] = `Bearer ${credential}`;
    if (typeof input['ifMatch'] === 'string') headers['if-match'] = input['ifMatch'];
    if (typeof input['idempotencyKey'] === 'string') headers['idempotency-key'] = input['idempotencyKey'];
    if (lastEventId !== undefined) headers['last-event-id'] = lastEventId;
    const { body } = input;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await ask(addressOf(name, baseUrl, input), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!answer.ok) throw await problemOf(answer);
    const etag = answer.headers.get('etag');
    if (gives === 'stream') return { answer, etag };
    return { answer: gives === 'nothing' ? undefined : await answer.json(), etag };
  };
  const methods = Object.fromEntries(
    (Object.keys(operations) as Name[]).map((name) => [
      name,
      async (input?: Readonly<Record<string, unknown>>, options?: CallOptions) =>
        (await send(name, input, options)).answer,
    ]),
  );
  return { ...methods, ask: send } as unknown as Client;
};

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

type List = (input: never) => Promise<Page<unknown>>;
type Item<L extends List> = Awaited<ReturnType<L>>['items'][number];

/** Everything of a list, page after page, as it is asked for. */
export async function* everything<L extends List>(
  list: L,
  input: NonNullable<Parameters<L>[0]>,
): AsyncGenerator<Item<L>> {
  const read = list as unknown as (input: object) => Promise<Page<Item<L>>>;
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page<Item<L>> = await read(cursor === undefined ? input : { ...(input as object), cursor });
    yield* page.items;
    cursor = page.next;
  }
}
