import { type DeviceRef, isCaudalError, type Json, open, type PullResult, type Reading } from '@caudal/core';
import { thingsboard, type ThingsBoardConfig, type ThingsBoardDeviceSettings } from '@caudal/provider-thingsboard';
import { startThingsBoard, type ThingsBoardOptions } from '@caudal/simulators';
import { fakeHost, virtualClock } from '@caudal/testkit';

export const password = 'sample password/of this test';
export const apiKey = 'tb_an-api-key-of-this-test';
export const secrets = { 'env:TB_PASSWORD': password, 'env:TB_KEY': apiKey, 'env:TB_PUSH': 'push secret/of this test' };
export const login = { type: 'login', username: 'reader@example.com', password: 'env:TB_PASSWORD' } as const;

export const uuid = '784f394c-42b6-11ee-be56-0242ac120002';
export const start = Date.UTC(2026, 6, 5);

export type Device = DeviceRef<ThingsBoardDeviceSettings, object>;

export const device = (names: readonly string[], settings: ThingsBoardDeviceSettings = {}): Device => ({
  id: 'ours',
  externalId: uuid,
  settings,
  variables: names.map((name) => ({ name, settings: {} })),
});

type Some = Partial<ThingsBoardConfig>;

/** A provider and the simulated service it is configured for, on one virtual clock. */
export const vendor = async (config: Some = {}, options: Partial<ThingsBoardOptions> = {}) => {
  const clock = virtualClock(start);
  const simulator = await startThingsBoard({
    clock,
    users: [{ username: 'reader@example.com', password }],
    apiKeys: [apiKey],
    entities: [{ id: uuid, name: 'Well 1' }],
    ...(config.dialect === undefined ? {} : { dialect: config.dialect }),
    ...options,
  });
  const host = fakeHost({ clock, secrets });
  const instance = await open(thingsboard({ baseUrl: simulator.url, auth: login, ...config }), host);
  return {
    clock,
    simulator,
    host,
    instance,
    entity: simulator.entities[0]!,
    async [Symbol.asyncDispose]() {
      await instance.close?.();
      await simulator.close();
    },
  };
};

export type Vendor = Awaited<ReturnType<typeof vendor>>;

export const signal = new AbortController().signal;

export const thrown = async (promise: Promise<unknown>) => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isCaudalError(error)) throw new Error('expected a CaudalError', { cause: error });
  return error;
};

/** Every page of a window, as a host would ask for them. */
export const pullAll = async (
  { instance }: Pick<Vendor, 'instance'>,
  request: { devices: Device[]; window?: { from: number; to: number }; limit: number },
) => {
  const results: PullResult[] = [];
  let page: Json | undefined;
  do {
    const result: PullResult = await instance.pull!({
      ...request,
      signal,
      ...(page === undefined ? {} : { page: JSON.parse(JSON.stringify(page)) as Json }),
    });
    results.push(result);
    page = result.page;
    if (results.length > 1000) throw new Error('paging does not end');
  } while (page !== undefined);
  return results;
};

export const readingsOf = (
  { instance }: Pick<Vendor, 'instance'>,
  results: readonly PullResult[],
  settings: ThingsBoardDeviceSettings = {},
): readonly Reading[] =>
  results.flatMap(({ records }) =>
    records.flatMap(
      (record) =>
        instance.decode(
          { ...record, id: 'r', receivedAt: start },
          { settings: () => settings, externalId: () => undefined },
        ).readings,
    ),
  );
