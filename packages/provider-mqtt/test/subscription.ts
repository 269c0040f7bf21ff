import { type DeviceRef, open, type RawInput } from '@caudal/core';
import { mqtt, type MqttConfig } from '@caudal/provider-mqtt';
import { fakeHost } from '@caudal/testkit';

/** A subscription that a test drives: what was emitted, and how it ended. */
export interface Driven extends AsyncDisposable {
  readonly records: readonly RawInput[];
  readonly logs: string;
  /** Resolves when the plugin says that the stream flows. */
  readonly connected: Promise<void>;
  /** Resolves with what subscribe threw, or undefined when it ended well. */
  readonly ended: Promise<unknown>;
  /** Resolves when so many records were emitted. */
  emitted(count: number): Promise<readonly RawInput[]>;
  abort(): void;
}

export interface DrivenOptions {
  readonly devices?: readonly DeviceRef<object, object>[];
  readonly secrets?: Readonly<Record<string, string>>;
  /** Before a batch counts as emitted. */
  readonly store?: (records: readonly RawInput[]) => Promise<void>;
}

export const drive = async (config: MqttConfig, options: DrivenOptions = {}): Promise<Driven> => {
  const { devices = [], secrets = {}, store } = options;
  const host = fakeHost({ secrets });
  const instance = await open(mqtt(config), host);
  const controller = new AbortController();
  const records: RawInput[] = [];
  const waiting = new Set<() => void>();
  let connected = () => {};
  const flowing = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const subscribed = instance.subscribe?.({
    devices,
    signal: controller.signal,
    connected,
    async emit(batch) {
      await store?.(batch);
      records.push(...batch);
      for (const look of waiting) look();
    },
  });
  const ended = (subscribed ?? Promise.resolve()).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return {
    records,
    get logs() {
      return host.logs;
    },
    connected: flowing,
    ended,
    emitted: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (records.length < count) return;
          waiting.delete(look);
          resolve(records);
        };
        waiting.add(look);
        look();
      }),
    abort: () => controller.abort(new Error('the test is over')),
    async [Symbol.asyncDispose]() {
      controller.abort(new Error('the test is over'));
      await ended;
      await instance[Symbol.asyncDispose]();
    },
  };
};

export const textOf = ({ body }: RawInput): string => Buffer.from(body).toString('utf8');
