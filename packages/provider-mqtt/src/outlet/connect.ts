import { CaudalError, type Host, type SecretReference } from '@caudal/core';
import type { IClientOptions, MqttClient } from 'mqtt';
import { connectionFailure } from '../failures.ts';
import { disconnected } from '../refusals.ts';
import type { MqttOutletConfig } from './config.ts';

/** A connection that the broker has taken. */
export interface Connected {
  readonly client: MqttClient;
  /** Messages that it takes before it acknowledges the first. */
  readonly window: number;
  /** Rejects with the reason once it is over. */
  readonly over: Promise<never>;
}

const optionsOf = async (config: MqttOutletConfig, host: Host): Promise<IClientOptions> => {
  const resolved = async <K extends string>(name: K, reference: SecretReference | undefined) =>
    (reference === undefined ? {} : { [name]: await host.secret(reference) }) as { readonly [_ in K]?: string };
  const { tls } = config;
  const ca = tls?.ca === undefined ? host.network.ca : await host.secret(tls.ca);
  return {
    clientId: config.clientId,
    // What was not acknowledged is published again by the host: a session would send it a second time, and after later ones.
    clean: true,
    reconnectPeriod: 0,
    protocolVersion: config.version === '5' ? 5 : 4,
    keepalive: config.keepAliveSeconds,
    connectTimeout: config.timeoutMs,
    rejectUnauthorized: true,
    ...(await resolved('username', config.username)),
    ...(await resolved('password', config.password)),
    ...(ca === undefined ? {} : { ca }),
    ...(await resolved('cert', tls?.certificate)),
    ...(await resolved('key', tls?.key)),
    ...(tls?.servername === undefined ? {} : { servername: tls.servername }),
  };
};

/**
 * Connects and resolves when the broker has taken the connection.
 *
 * @throws CaudalError with the reason why not; the signal's reason when it is aborted
 */
export const connectOutlet = async (config: MqttOutletConfig, host: Host, signal: AbortSignal): Promise<Connected> => {
  const options = await optionsOf(config, host);
  const { connect } = await import('mqtt');
  signal.throwIfAborted();
  let client: MqttClient;
  try {
    client = connect(config.url, options);
  } catch (thrown) {
    throw new CaudalError('config', 'the connection can not be made: address, certificate or key can not be read', {
      sent: 'no',
      detail: thrown instanceof Error ? thrown.name : 'no error',
    });
  }
  const taken = Promise.withResolvers<number>();
  const over = Promise.withResolvers<never>();
  // Nobody may be waiting when it ends.
  over.promise.catch(() => undefined);
  let stood = false;
  let said: unknown;
  let farewell: CaudalError | undefined;
  client.on('error', (error) => (said = error));
  client.on('disconnect', ({ reasonCode }) => (farewell = disconnected(reasonCode ?? 0)));
  client.once('connect', ({ properties }) => {
    stood = true;
    taken.resolve(Math.min(config.maxInFlight, properties?.receiveMaximum ?? config.maxInFlight));
  });
  client.once('close', () => {
    const reason = farewell ?? connectionFailure(said, stood);
    taken.reject(reason);
    over.reject(reason);
    client.end(true);
  });
  const giveUp = () => {
    taken.reject(signal.reason as Error);
    client.end(true);
  };
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return { client, window: await taken.promise, over: over.promise };
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
};
