import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Clock } from '@caudal/core';
import { createPlan, type PlanChange } from '../plan.ts';
import type { Certificate } from '../smtp/certificate.ts';
import { createWaiting } from '../waiting.ts';
import {
  isConnectBehaviour,
  isSubscribeBehaviour,
  type MqttConnectBehaviour,
  type MqttSubscribeBehaviour,
  numberOf,
} from './behaviours.ts';
import type { MqttConnection, MqttLedger, MqttLogged } from './ledger.ts';
import { listen, type MqttTransport } from './listeners.ts';
import type { MqttMessage } from './message.ts';

export interface MqttOptions {
  readonly clock: Clock;
  /** Default 0, a free one. */
  readonly port?: number;
  /** Default `plain`. Certificates are made at start, for `localhost` and 127.0.0.1. */
  readonly transport?: MqttTransport;
  /** Passwords by user. When given, others are refused with return code 4. */
  readonly users?: Readonly<Record<string, string>>;
}

export interface MqttBehaviour {
  readonly connect?: PlanChange<MqttConnectBehaviour>;
  readonly subscribe?: PlanChange<MqttSubscribeBehaviour>;
}

export interface MqttSimulator {
  /** `mqtt://`, `mqtts://` or `ws://`. */
  readonly url: string;
  readonly port: number;
  /** PEM, to be trusted by clients; undefined without TLS. */
  readonly certificate: string | undefined;
  /** What clients must present with `mutual-tls`. */
  readonly client: Certificate | undefined;
  readonly ledger: MqttLedger;
  /** Publishes as a device would. Resolves when the broker has handed it to its subscribers. Default quality 1. */
  publish(message: MqttMessage): Promise<void>;
  /** Calls back for what clients publish to a filter, as a device that takes commands does. */
  onPublished(filter: string, take: (topic: string, payload: Buffer) => void): Promise<void>;
  /** @throws RangeError for an unknown behaviour */
  behave(change: MqttBehaviour): void;
  /** Ends every connection without a word; sessions stay. */
  cut(): void;
  /** Refuses connections; sessions stay. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

// The codes are an enum of types alone, whose members have no values that could be imported.
const refusal = (returnCode: number): AuthenticateError =>
  Object.assign(new Error('refused'), { returnCode: returnCode as never });

/**
 * An MQTT 3.1.1 broker that keeps sessions in memory and a ledger of what clients did. It does not speak MQTT 5 (see
 * {@link startMosquitto}).
 */
export const startMqtt = async (options: MqttOptions): Promise<MqttSimulator> => {
  const { clock, users } = options;
  const connects = createPlan<MqttConnectBehaviour>(isConnectBehaviour);
  const subscribes = createPlan<MqttSubscribeBehaviour>(isSubscribeBehaviour);
  const waiting = createWaiting();
  const connections: MqttConnection[] = [];
  const subscribed: { clientId: string; filter: string; qos: number }[] = [];
  const unsubscribed: { clientId: string; filter: string }[] = [];
  const acknowledged: MqttLogged[] = [];
  const published: MqttLogged[] = [];
  const log = (to: MqttLogged[], client: Client, topic: string, payload: string | Buffer) => {
    to.push({ at: clock.now(), clientId: client.id, topic, payload: Buffer.from(payload) });
    waiting.look();
  };

  const late = async (ms: number, go: () => void) => {
    await clock.sleep(ms);
    go();
  };
  const behaviours = new WeakMap<Client, MqttConnectBehaviour>();
  const broker = await Aedes.createBroker({
    // Long: what hangs ends with the client or with `close`.
    connectTimeout: 3_600_000,
    preConnect(client, packet, done) {
      const behaviour = connects.take(clock.now(), packet.clientId) ?? 'normal';
      behaviours.set(client, behaviour);
      const { clientId, clean = false, username, keepalive = 0, will } = packet;
      connections.push({
        at: clock.now(),
        clientId,
        clean,
        username,
        keepAliveSeconds: keepalive,
        hasWill: will !== undefined,
      });
      waiting.look();
      if (behaviour === 'drop') client.conn.destroy();
      else if (behaviour.startsWith('slow-')) void late(numberOf(behaviour), () => done(null, true));
      else if (behaviour !== 'hang') done(null, true);
    },
    authenticate(client, username, password, done) {
      const behaviour = behaviours.get(client) ?? 'normal';
      if (behaviour.startsWith('refuse-')) done(refusal(numberOf(behaviour)), false);
      else if (users !== undefined && (username === undefined || users[username] !== password?.toString()))
        done(refusal(4), false);
      else done(null, true);
    },
    authorizeSubscribe(client, subscription, done) {
      const behaviour = subscribes.take(clock.now(), subscription.topic) ?? 'normal';
      if (behaviour === 'cut') client.conn.destroy();
      else if (behaviour === 'refuse') done(null, null);
      else if (behaviour === 'normal') done(null, subscription);
    },
  });
  broker.on('subscribe', (subscriptions, client) => {
    for (const { topic, qos } of subscriptions) subscribed.push({ clientId: client.id, filter: topic, qos });
    waiting.look();
  });
  broker.on('unsubscribe', (filters, client) => {
    for (const filter of filters) unsubscribed.push({ clientId: client.id, filter });
    waiting.look();
  });
  broker.on('publish', (packet, client) => {
    if (client !== null) log(published, client, packet.topic, packet.payload);
  });
  broker.on('ack', (packet, client) => {
    if (packet !== undefined && 'topic' in packet) log(acknowledged, client, packet.topic, packet.payload);
  });
  // Clients that misbehave, or go away, are what simulators are for.
  broker.on('clientError', () => {});
  broker.on('connectionError', () => {});

  const listener = await listen(options.transport ?? 'plain', options.port ?? 0, (stream) => {
    broker.handle(stream);
  });
  const ledger: MqttLedger = {
    connections,
    subscribed,
    unsubscribed,
    acknowledged,
    published,
    until: (holds, signal) => waiting.until(() => holds(ledger), signal),
  };
  let closed: Promise<void> | undefined;
  return {
    url: listener.url,
    port: listener.port,
    certificate: listener.certificate,
    client: listener.client,
    ledger,
    publish: ({ topic, payload, qos = 1, retain = false }) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish' as const, topic, payload: Buffer.from(payload), qos, retain, dup: false };
        broker.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    onPublished: (filter, take) =>
      new Promise((resolve) => {
        broker.subscribe(
          filter,
          (packet, done) => {
            take(packet.topic, Buffer.from(packet.payload));
            done();
          },
          resolve,
        );
      }),
    behave({ connect, subscribe }) {
      if (connect !== undefined) connects.change(connect);
      if (subscribe !== undefined) subscribes.change(subscribe);
    },
    cut: () => listener.cut(),
    down: () => listener.down(),
    up: () => listener.up(),
    close() {
      closed ??= listener.down().then(
        () =>
          new Promise((resolve) => {
            broker.close(resolve);
          }),
      );
      return closed;
    },
  };
};
