import {
  CaudalError,
  type Host,
  type ProviderInstance,
  type RawInput,
  isJsonObject,
  parseSpelledJson,
  SpelledNumber,
} from '@caudal/core';
import { assertSocketNetwork, runSocket } from '@caudal/http';
import type { ThingsBoardClient, ThingsBoardDevice } from './client.ts';
import type { ThingsBoardConfig, ThingsBoardDeviceSettings, ThingsBoardVariableSettings } from './config.ts';

type Subscribe = NonNullable<ProviderInstance<ThingsBoardDeviceSettings, ThingsBoardVariableSettings>['subscribe']>;
type Request = Parameters<Subscribe>[0];

const refuse = (kind: 'config' | 'unsupported', message: string): never => {
  throw new CaudalError(kind, message, { sent: 'no' });
};

/** `/api/ws` beside the REST API. The gateway has none that is known, and Node's client takes neither proxy nor authority. */
const addressOf = ({ baseUrl, dialect, subscribe }: ThingsBoardConfig): string => {
  if (subscribe?.url !== undefined) return subscribe.url;
  if (dialect === 'gateway') refuse('config', 'the gateway has no WebSocket that is known: set subscribe.url');
  return `${baseUrl.replace(/\/+$/, '').replace(/^http/i, 'ws')}/api/ws`;
};

/** Errors of a subscription (ThingsBoard server source: SubscriptionErrorCode, and TOO_MANY_UPDATES of ThingsboardErrorCode). */
const meanings: Readonly<
  Record<number, readonly [kind: 'config' | 'auth' | 'transient' | 'rate-limit', says: string]>
> = {
  1: ['config', 'the device is unknown or the request malformed'],
  2: ['auth', 'the user may not read this device'],
  3: ['transient', 'the server is in trouble'],
  34: ['rate-limit', 'too many updates for this session'],
};

/** The commands of one connection: one subscription for each device, and one more as the question of a silent line. */
const commandsOf = (client: ThingsBoardClient, devices: readonly ThingsBoardDevice[]) => {
  const command = (device: ThingsBoardDevice, cmdId: number, keys: readonly string[]) => ({
    type: 'TIMESERIES',
    entityType: client.entityType(device),
    entityId: device.externalId,
    scope: 'LATEST_TELEMETRY',
    cmdId,
    // Names are separated by commas; without names every key is sent.
    ...(keys.length === 0 || keys.some((key) => key.includes(',')) ? {} : { keys: keys.join() }),
  });
  const cmds = devices.map((device, index) =>
    command(
      device,
      index + 1,
      device.variables.map(({ name }) => name),
    ),
  );
  const probe = devices.length + 1;
  const question = (device: ThingsBoardDevice) => {
    const asked = command(
      device,
      probe,
      device.variables.slice(0, 1).map(({ name }) => name),
    );
    return JSON.stringify({ cmds: [{ ...asked, unsubscribe: true }, asked] });
  };
  return { cmds, question };
};

/** Listens to one connection: which subscriptions stand, and what is to be stored. */
const createListener = (devices: readonly ThingsBoardDevice[], host: Host) => {
  const standing = new Set<number>();
  const refused = new Map<number, CaudalError>();

  const fail = (id: number, code: number, message: unknown) => {
    const [kind, says] = meanings[code] ?? ['rejected' as const, `error ${code}`];
    const words = typeof message === 'string' ? ` (it says: ${host.redact.text(message.slice(0, 300))})` : '';
    const device = devices[id - 1];
    const ofDevice = device !== undefined && (kind === 'config' || kind === 'auth');
    const scope = ofDevice ? 'device' : 'instance';
    const error = new CaudalError(kind, `ThingsBoard refused the subscription: ${says}${words}`, { scope });
    // One device that may not be read never stops its neighbours.
    if (!ofDevice || standing.has(id)) throw error;
    refused.set(id, error);
    host.log.warn({ device: device.id, error: error.message }, 'a device of the WebSocket is not subscribed');
    if (refused.size === devices.length) throw error;
  };

  const hear = (body: Uint8Array): { flows: boolean; records: readonly RawInput[] } => {
    const message = parseSpelledJson(body);
    const id = isJsonObject(message) ? message['subscriptionId'] : undefined;
    if (!isJsonObject(message) || !(id instanceof SpelledNumber)) return { flows: false, records: [] };
    const code = message['errorCode'];
    if (code instanceof SpelledNumber && code.value !== 0) fail(id.value, code.value, message['errorMsg']);
    else standing.add(id.value);
    const { data } = message;
    const device = devices[id.value - 1];
    const flows = devices.every((_device, index) => standing.has(index + 1) || refused.has(index + 1));
    if (device === undefined || !isJsonObject(data) || Object.keys(data).length === 0) return { flows, records: [] };
    const envelope = { channel: 'subscribe', device: device.id, asked: { devices: [device.externalId] } } as const;
    return { flows, records: [{ body, envelope }] };
  };
  return { hear, flowed: () => standing.size > 0 };
};

/** CloseStatus.BAD_DATA: what ThingsBoard closes with when the first message does not authenticate. */
const badData = 1007;

/**
 * Telemetry over ThingsBoard's WebSocket (`/api/ws`). The first message authenticates and subscribes every device; each is
 * confirmed by its first update, which has the newest values. ThingsBoard has no acknowledgement: what could not be stored ends
 * the connection, and the host pulls it. A token that ran out is renewed once.
 *
 * @throws CaudalError kind `config` at creation when the address is not known
 */
export const createSubscribe = (config: ThingsBoardConfig, client: ThingsBoardClient, host: Host): Subscribe => {
  const url = addressOf(config);
  const { keepAliveMs = 60_000, answerMs = 30_000, maxWaitingBytes = 16 * 1024 * 1024 } = config.subscribe ?? {};

  const connect = async (request: Request, mayRenew: boolean): Promise<void> => {
    const { devices, signal } = request;
    const [first] = devices;
    if (first === undefined) return refuse('config', 'a subscription names at least one device');
    const credential = await client.socketCredential(signal);
    const { cmds, question } = commandsOf(client, devices);
    const listener = createListener(devices, host);
    let expired = false;
    try {
      await runSocket({
        url,
        host,
        signal,
        readyMs: answerMs,
        maxWaiting: { bytes: maxWaitingBytes },
        // The client does not show pings: a subscription that is asked for again is confirmed at once.
        silence: { afterMs: keepAliveMs, question: { text: question(first), answerMs } },
        opened(send) {
          send(JSON.stringify({ authCmd: { cmdId: 0, ...credential.fields }, cmds }));
          return false;
        },
        connected: () => request.connected(),
        hear(body) {
          const { flows, records } = listener.hear(body);
          if (records.length === 0) return { flows };
          const store = async () => {
            await request.emit(records);
            return undefined;
          };
          return { flows, store };
        },
        closed(code, reason) {
          const words = reason === '' ? '' : ` (it says: ${host.redact.text(reason.slice(0, 300))})`;
          if (code !== badData || listener.flowed())
            return new CaudalError('transient', `the WebSocket was closed by the other side with ${code}${words}`);
          credential.forget();
          expired = /expired/i.test(reason);
          const { reference } = credential;
          return new CaudalError('auth', `ThingsBoard refused the WebSocket${words}`, {
            scope: 'credential',
            credential: reference,
          });
        },
      });
      return undefined;
    } catch (error) {
      if (!expired || !mayRenew) throw error;
    }
    return connect(request, false);
  };

  return async (request) => {
    assertSocketNetwork(url, host);
    await connect(request, true);
  };
};
