import { connectAsync } from 'mqtt';
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

export const startLoggers = async (
  url: string,
  message: (number: number) => Message,
  rate: number,
  watch: Watch,
): Promise<Loggers> => {
  const client = await connectAsync(url, { clientId: 'loggers', clean: false, reconnectPeriod: 100 });
  client.on('error', () => undefined);
  const taken = new Map<number, number>();
  let measured = 0;
  const measure = () => {
    const { at, topic, payload } = message(measured);
    measured += 1;
    client.publish(topic, payload, { qos: 1 }, (error) => {
      if (error) return;
      taken.set(at, loggers.life);
      watch.look();
    });
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
    close: () => client.endAsync(true),
  };
  return loggers;
};
