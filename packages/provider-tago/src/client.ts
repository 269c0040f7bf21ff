import { CaudalError, type Host, type SecretReference, type JsonObject } from '@caudal/core';
import { type Auth, createHttp, type Http, type HttpResponse, type Query } from '@caudal/http';
import { answerOf } from './answers.ts';
import type { TagoConfig } from './config.ts';
import { addressOf } from './regions.ts';

export interface Answered {
  readonly response: HttpResponse;
  readonly answer: JsonObject;
}

/** TagoIO's paths, with whichever token applies. */
export interface TagoClient {
  /** A device's data: `/data` with a token that implies the device, `/device/{id}/data` with the account's. */
  data(
    device: { readonly externalId: string; readonly credential?: SecretReference | undefined },
    query: Query,
    signal: AbortSignal,
  ): Promise<Answered>;
  /** What TagoIO knows of a device: `/info`, or `/device/{id}` with the account's token. */
  device(
    device: { readonly externalId: string; readonly credential?: SecretReference },
    signal: AbortSignal,
  ): Promise<Answered>;
  /** One page of the account's devices. */
  devices(page: number, amount: number, signal: AbortSignal): Promise<Answered>;
  readonly hasAccount: boolean;
  close(): Promise<void>;
}

export const createTagoClient = (config: TagoConfig, host: Host): TagoClient => {
  const http: Http = createHttp({
    host,
    baseUrl: addressOf(config),
    ...(config.timeoutMs === undefined ? {} : { timeoutMs: config.timeoutMs }),
  });
  const { tokenHeader = 'Authorization', token } = config;

  const get = async (
    path: string,
    secret: SecretReference,
    signal: AbortSignal,
    more: { readonly params?: Record<string, string>; readonly query?: Query } = {},
  ): Promise<Answered> => {
    const auth: Auth = { type: 'header', name: tokenHeader, secret };
    const response = await http.send({ path, auth, signal, ...more });
    return { response, answer: answerOf(http, response) };
  };

  const account = (): SecretReference => {
    if (token !== undefined) return token;
    throw new CaudalError('config', 'the device has no token and the provider has no account token', {
      sent: 'no',
      scope: 'device',
    });
  };

  return {
    data: ({ externalId, credential }, query, signal) =>
      credential === undefined
        ? get('/device/{device}/data', account(), signal, { params: { device: externalId }, query })
        : get('/data', credential, signal, { query }),
    device: ({ externalId, credential }, signal) =>
      credential === undefined
        ? get('/device/{device}', account(), signal, { params: { device: externalId } })
        : get('/info', credential, signal),
    devices: (page, amount, signal) => get('/device', account(), signal, { query: { page, amount } }),
    hasAccount: token !== undefined,
    close: () => http.close(),
  };
};
