import { CaudalError, type Call, type Host, type SecretReference } from '@caudal/core';
import { type Auth, createHttp, type HttpResponse, type HttpStream } from '@caudal/http';
import { answersOf } from './answers.ts';
import type { TheThingsConfig } from './config.ts';

/** An answer that was understood. `body` is undefined where the platform says that there is no data. */
export interface Answered {
  readonly response: HttpResponse;
  readonly body: unknown;
}

/** What is asked of a key: at most `limit` items, newest first; bounds in ISO form, UTC. */
export interface ResourceQuery {
  readonly limit: number;
  readonly startDate?: string;
  readonly endDate?: string;
}

/** The platform's paths. The thing token stands in each of them, so none is ever shown filled. */
export interface ThingsClient {
  resource(token: SecretReference | undefined, key: string, query: ResourceQuery, call: Call): Promise<Answered>;
  allResources(token: SecretReference | undefined, limit: number, call: Call): Promise<Answered>;
  /** The platform's clock, as seconds since 1970. */
  date(token: SecretReference | undefined, call: Call): Promise<Answered>;
  /** @throws CaudalError when the platform refuses the stream or answers with something else */
  stream(token: SecretReference | undefined, keepAliveMs: number, idleMs: number, call: Call): Promise<HttpStream>;
  /** The error that a refusal inside a stream means. */
  refusal(stream: HttpStream, body: Uint8Array): CaudalError;
  close(): Promise<void>;
}

const known = (token: SecretReference | undefined): SecretReference => {
  if (token !== undefined) return token;
  throw new CaudalError('config', 'the device has no thing token: set its credential', { sent: 'no', scope: 'device' });
};

const inPath = (token: SecretReference | undefined): Auth => ({ type: 'path', secret: known(token) });

export const createThingsClient = (config: TheThingsConfig, host: Host): ThingsClient => {
  const http = createHttp({
    host,
    baseUrl: config.baseUrl ?? 'https://api.thethings.io/v2',
    ...(config.timeoutMs === undefined ? {} : { timeoutMs: config.timeoutMs }),
  });
  const answers = answersOf(http, config.limitPattern);
  const answered = (response: HttpResponse): Answered => ({ response, body: answers.read(response) });

  return {
    resource: async (token, key, query, { signal }) =>
      answered(
        await http.send({
          path: '/things/{token}/resources/{key}',
          params: { key },
          query: { ...query },
          auth: inPath(token),
          signal,
        }),
      ),
    allResources: async (token, limit, { signal }) =>
      answered(
        await http.send({ path: '/things/{token}/all_resources', query: { limit }, auth: inPath(token), signal }),
      ),
    date: async (token, { signal }) =>
      answered(
        await http.send({
          path: '/utils/date',
          query: { format: 'unix_timestamp' },
          auth: { type: 'query', name: 'thingToken', secret: known(token) },
          signal,
        }),
      ),
    async stream(token, keepAliveMs, idleMs, { signal }) {
      const answer = await http.stream({
        path: '/things/{token}',
        query: { keepAlive: keepAliveMs },
        auth: inPath(token),
        idleMs,
        signal,
      });
      if (!('chunks' in answer)) throw answers.failure(answer);
      return answer;
    },
    refusal: ({ chunks: _chunks, ...head }, body) => answers.failure({ ...head, body }),
    close: () => http.close(),
  };
};
