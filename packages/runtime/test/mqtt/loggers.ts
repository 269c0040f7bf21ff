import { connect, type MqttClient } from 'mqtt';
import { systemClock } from '@caudal/core';
import type { Message } from './scene.ts';
import type { Watch } from '../watch.ts';

/** The devices of a run: they publish with quality 1 at a steady rate, and again whatever the broker has not acknowledged. */
export interface Loggers {
  /** Measured so far, whether the broker has them or not. */
  readonly measured: number;
  /** Instants of what the broker has acknowledged, with which life of the broker did. */
  readonly taken: ReadonlyMap<number, number>;
  /** Which life of the broker it is, for {@link taken}. */
  life: number;
  /** Measures up to this number at the rate. */
  run(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Keeps what is not acknowledged itself and sends it over every new connection, as a logger with a memory does: MQTT.js's own store can stop for
 * good when a connection breaks while it sends again.
 */
export const startLoggers = async (
  url: string,
  message: (number: number) => Message,
  rate: number,
  watch: Watch,
): Promise<Loggers> => {
  const taken = new Map<number, number>();
  const open = new Set<number>();
  let measured = 0;
  let closed = false;
  let client: MqttClient;
  const send = (number: number) => {
    const { at, topic, payload } = message(number);
    client.publish(topic, payload, { qos: 1 }, (error) => {
      if (error) return;
      open.delete(number);
      taken.set(at, loggers.life);
      watch.look();
    });
  };
  const openLine = () => {
    const own = connect(url, { clientId: 'loggers', clean: true, reconnectPeriod: 0 });
    client = own;
    own.on('error', () => undefined);
    own.once('connect', () => {
      for (const number of open) send(number);
      watch.look();
    });
    own.once('close', () => {
      own.end(true);
      if (!closed) void systemClock.sleep(100).then(() => closed || openLine());
    });
  };
  const measure = () => {
    open.add(measured);
    if (client.connected) send(measured);
    measured += 1;
  };
  const loggers: Loggers = {
    life: 0,
    taken,
    get measured() {
      return measured;
    },
    async run(count) {
      const from = measured;
      const began = systemClock.now();
      while (measured < count) {
        await systemClock.sleep(20);
        const due = Math.min(count, from + Math.ceil(((systemClock.now() - began) * rate) / 1000));
        while (measured < due) measure();
        watch.look();
      }
    },
    async close() {
      closed = true;
      await client.endAsync(true);
    },
  };
  openLine();
  await watch.until(() => client.connected);
  return loggers;
};
