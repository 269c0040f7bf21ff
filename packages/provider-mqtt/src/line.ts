import { CaudalError, type Host } from '@caudal/core';
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import type { MqttConfig } from './config.ts';
import { connectionFailure } from './failures.ts';
import { keepAlive } from './keep-alive.ts';
import { disconnected } from './refusals.ts';

/** A connection that the broker has taken. */
export interface Line {
  readonly client: MqttClient;
  /** Resolves with the reason when it is over, whoever ended it. */
  readonly over: Promise<CaudalError>;
  /** Sends PUBACK for a message of quality 1. */
  acknowledge(messageId: number): void;
  /** Lets go at once. What was not acknowledged comes again. */
  end(): void;
}

export interface LineOptions {
  readonly config: MqttConfig;
  readonly host: Host;
  readonly clientId: string;
  /** The broker forgets everything about this client id. */
  readonly clean: boolean;
  readonly signal: AbortSignal;
  /** Gets every message; the next one is read after `next`. Nothing is acknowledged by that. */
  readonly message: (packet: IPublishPacket, next: () => void) => void;
}

const defaultSessionSeconds = 604_800;
const defaultKeepAliveSeconds = 60;

/** Whether the address asks for TLS, and that it is one without credentials. */
export const assertAddress = ({ url, tls }: Pick<MqttConfig, 'url' | 'tls'>): void => {
  const refuse = (why: string): never => {
    throw new CaudalError('config', `url: ${why}`, { sent: 'no' });
  };
  if (!URL.canParse(url)) refuse('this is no address');
  const { protocol, username, password, hostname, search } = new URL(url);
  if (hostname === '') refuse('it names no host');
  if (username !== '' || password !== '' || search !== '')
    refuse('credentials are given as username and password, by reference');
  if (tls !== undefined && protocol !== 'mqtts:' && protocol !== 'wss:') refuse('tls is for mqtts and wss');
};

const optionsOf = async ({ config, host, clientId, clean }: LineOptions): Promise<IClientOptions> => {
  const { version = '3.1.1', username, password, tls } = config;
  const resolved = async <K extends string>(name: K, reference: Parameters<Host['secret']>[0] | undefined) =>
    (reference === undefined ? {} : { [name]: await host.secret(reference) }) as { readonly [_ in K]?: string };
  const ca = tls?.ca === undefined ? host.network.ca : await host.secret(tls.ca);
  return {
    clientId,
    clean,
    protocolVersion: version === '5' ? 5 : 4,
    keepalive: config.keepAliveSeconds ?? defaultKeepAliveSeconds,
    connectTimeout: config.timeoutMs ?? 30_000,
    // The host opens the connection again; a client that does so by itself would hide that messages are missing.
    reconnectPeriod: 0,
    resubscribe: false,
    rejectUnauthorized: true,
    ...(version === '5'
      ? {
          properties: {
            receiveMaximum: config.maxInFlight ?? 200,
            sessionExpiryInterval: clean ? 0 : (config.sessionSeconds ?? defaultSessionSeconds),
          },
        }
      : {}),
    ...(await resolved('username', username)),
    ...(await resolved('password', password)),
    ...(ca === undefined ? {} : { ca }),
    ...(await resolved('cert', tls?.certificate)),
    ...(await resolved('key', tls?.key)),
    ...(tls?.servername === undefined ? {} : { servername: tls.servername }),
  };
};

/** PUBACK as both versions of the protocol write it when all is well: 3.1.1, 3.4, and 5, 3.4.2.1. */
const puback = (messageId: number) => Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]);

/** MQTT.js sends PUBACK when `handleMessage` calls back without an error, and otherwise only reads on. */
const laterAcknowledged = new Error('acknowledged when it is stored');

/**
 * Opens a connection and resolves when the broker has taken it.
 * @throws CaudalError with the reason why not; the signal's reason when it is aborted
 */
export const openLine = async (options: LineOptions): Promise<Line> => {
  const { config, signal, message } = options;
  const clientOptions = await optionsOf(options);
  const { connect } = await import('mqtt');
  signal.throwIfAborted();

  let client: MqttClient;
  try {
    client = connect(config.url, clientOptions);
  } catch (thrown) {
    // TLS reads certificate and key before it connects.
    if (config.tls === undefined) throw thrown;
    throw new CaudalError('config', 'the connection can not be made: certificate or key can not be read', {
      sent: 'no',
      detail: thrown instanceof Error ? thrown.name : 'no error',
    });
  }
  const keepAliveMs = (config.keepAliveSeconds ?? defaultKeepAliveSeconds) * 1000;
  client.handleMessage = (packet, callback) => {
    const unread = new AbortController();
    message(packet, () => {
      unread.abort();
      callback(laterAcknowledged);
    });
    if (!unread.signal.aborted)
      void keepAlive(client, keepAliveMs, options.host.clock, AbortSignal.any([unread.signal, closed.signal]));
  };

  const closed = new AbortController();
  client.once('close', () => closed.abort());
  let stood = false;
  let reason: unknown;
  let farewell: CaudalError | undefined;
  const note = (thrown: unknown) => {
    reason ??= thrown;
    client.end(true);
  };
  client.on('error', note);
  // MQTT.js keeps errors without a code to itself, those of a refused upgrade to WebSocket among them.
  client.stream.on('error', note);
  client.on('disconnect', ({ reasonCode }) => {
    farewell ??= disconnected(reasonCode ?? 0);
  });
  const over = new Promise<CaudalError>((resolve) => {
    client.once('close', () => resolve(farewell ?? connectionFailure(reason, stood)));
  });
  const end = () => {
    client.end(true);
  };
  signal.addEventListener('abort', end, { once: true });
  void over.then(() => signal.removeEventListener('abort', end));

  const taken = new Promise<true>((resolve) => {
    client.once('connect', () => {
      stood = true;
      resolve(true);
    });
  });
  const outcome = await Promise.race([taken, over]);
  if (outcome !== true) {
    signal.throwIfAborted();
    throw outcome;
  }
  return {
    client,
    over,
    acknowledge: (messageId) => {
      if (client.connected) client.stream.write(puback(messageId));
    },
    end,
  };
};
