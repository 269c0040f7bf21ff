import { CaudalError, type DeviceRef, type Host, type SecretReference } from '@caudal/core';
import { type Auth, createHttp, type Http, type HttpResponse, type LoginAuth, type Query } from '@caudal/http';
import { answerOf, type Telemetry, telemetryOf } from './answers.ts';
import type { ThingsBoardConfig, ThingsBoardDeviceSettings, ThingsBoardVariableSettings } from './config.ts';
import { dialects, type DialectWords } from './dialects.ts';
import { saysExpired } from './refusals.ts';

export type ThingsBoardDevice = DeviceRef<ThingsBoardDeviceSettings, ThingsBoardVariableSettings>;

/** Assumed for a token whose own `exp` can not be read: as a production system over the gateway does. */
const assumedLifetimeMs = 3_300_000;

const authOf = ({ auth }: ThingsBoardConfig, words: DialectWords): Auth => {
  if (auth.type === 'apiKey') return { type: 'header', name: 'X-Authorization', prefix: 'ApiKey ', secret: auth.key };
  if (auth.type === 'header') return auth;
  return {
    type: 'login',
    path: words.login,
    fields: { username: auth.username, password: { secret: auth.password } },
    token: '/token',
    header: words.header,
    assumedLifetimeMs,
    expired: saysExpired,
  };
};

/** What the first message of a WebSocket says of us, and how to drop it when it is refused. */
export interface SocketCredential {
  readonly fields: Readonly<Record<string, string>>;
  readonly reference: SecretReference;
  forget(): void;
}

/** ThingsBoard's calls, in either dialect. */
export interface ThingsBoardClient {
  /** Samples of a device by key; without `keys` the newest of every key. */
  samples(
    device: ThingsBoardDevice,
    query: Query,
    signal: AbortSignal,
  ): Promise<{ readonly response: HttpResponse; readonly telemetry: Telemetry }>;
  /** Names of a device's keys. */
  keys(device: ThingsBoardDevice, signal: AbortSignal): Promise<unknown>;
  /** One page of devices, or of assets where external ids name those. */
  entities(pageSize: number, page: number, signal: AbortSignal): Promise<unknown>;
  entityType(device: ThingsBoardDevice): 'DEVICE' | 'ASSET';
  socketCredential(signal: AbortSignal): Promise<SocketCredential>;
  close(): Promise<void>;
}

const refuse = (message: string, scope: 'device' | 'instance' = 'instance'): never => {
  throw new CaudalError('config', message, { sent: 'no', scope });
};

export const createThingsBoardClient = (config: ThingsBoardConfig, host: Host): ThingsBoardClient => {
  const words = dialects[config.dialect ?? 'native'];
  const auth = authOf(config, words);
  const http: Http = createHttp({
    host,
    baseUrl: config.baseUrl,
    auth,
    ...(config.timeoutMs === undefined ? {} : { timeoutMs: config.timeoutMs }),
  });
  const wire = { http, redact: host.redact };
  const entityType = ({ settings }: ThingsBoardDevice) => settings.entityType ?? config.entityType ?? 'DEVICE';

  const ofDevice = (device: ThingsBoardDevice, leaf: string, query: Query, signal: AbortSignal) => {
    if (device.credential !== undefined)
      refuse('ThingsBoard knows users of a tenant and no credential of a device: put it into auth', 'device');
    return http.send({
      path: `${words.telemetry}/{type}/{id}/${leaf}`,
      params: { type: entityType(device), id: device.externalId },
      query,
      signal,
    });
  };

  const loginToken = async (
    login: LoginAuth,
    reference: SecretReference,
    signal: AbortSignal,
  ): Promise<SocketCredential> => {
    const token = await http.token(login, signal);
    return { fields: { token }, reference, forget: () => http.forget(login, token) };
  };

  return {
    async samples(device, query, signal) {
      const response = await ofDevice(device, 'values/timeseries', query, signal);
      return { response, telemetry: telemetryOf(wire, response) };
    },
    keys: async (device, signal) => answerOf(wire, await ofDevice(device, 'keys/timeseries', {}, signal), 'device'),
    async entities(pageSize, page, signal) {
      const path =
        config.devicesPath ??
        (config.entityType === 'ASSET' ? words.assets : words.devices) ??
        refuse('where assets are listed is not known for the gateway: set devicesPath');
      return answerOf(wire, await http.send({ path, query: { pageSize, page }, signal }), 'instance');
    },
    entityType,
    async socketCredential(signal) {
      if (auth.type === 'login' && config.auth.type === 'login') return loginToken(auth, config.auth.password, signal);
      if (config.auth.type !== 'apiKey') return refuse('a WebSocket needs auth of type login or apiKey');
      const reference = config.auth.key;
      const apiKey = await host.secret(reference);
      host.redact.add(apiKey);
      return { fields: { apiKey }, reference, forget() {} };
    },
    close: () => http.close(),
  };
};
