import { expect, test } from 'vitest';
import type { RawInput } from '@caudal/core';
import { type ThingsBoardConfig } from '@caudal/provider-thingsboard';
import type { ThingsBoardOptions } from '@caudal/simulators';
import { fakeHost, settled } from '@caudal/testkit';
import { open } from '@caudal/core';
import { thingsboard } from '@caudal/provider-thingsboard';
import { apiKey, type Device, device, login, secrets, start, thrown, uuid, vendor } from './vendor.ts';

const other = '784f394c-42b6-11ee-be56-0242ac120003';

/** A subscription that runs, with what it emitted and how often it said that the stream flows. */
const subscribed = async (
  config: Partial<ThingsBoardConfig> = {},
  options: Partial<ThingsBoardOptions> = {},
  more: { devices?: Device[]; emit?: (records: readonly RawInput[]) => Promise<void>; wait?: boolean } = {},
) => {
  const service = await vendor({ subscribe: {}, ...config }, options);
  const controller = new AbortController();
  const emitted: RawInput[] = [];
  let flows = 0;
  const emit =
    more.emit ??
    (async (records) => {
      emitted.push(...records);
    });
  const end = service.instance.subscribe!({
    devices: more.devices ?? [device(['level'])],
    signal: controller.signal,
    emit,
    connected: () => {
      flows += 1;
    },
  });
  end.catch(() => {});
  const wanted = more.devices?.length ?? 1;
  if (more.wait ?? true) {
    await service.simulator.until(({ sockets }) => sockets.subscriptions >= wanted);
    await settled();
  }
  return {
    ...service,
    controller,
    emitted,
    end,
    get flows() {
      return flows;
    },
    readings: () =>
      emitted.flatMap(
        (record, index) =>
          service.instance.decode(
            { ...record, id: String(index), receivedAt: start },
            { settings: () => ({}), externalId: () => undefined },
          ).readings,
      ),
    async [Symbol.asyncDispose]() {
      controller.abort();
      await end.catch(() => {});
      await service[Symbol.asyncDispose]();
    },
  };
};

test('the first message authenticates and subscribes; updates come byte for byte, by device', async () => {
  await using service = await subscribed();
  expect(service.simulator.sockets.commands).toEqual([
    {
      type: 'TIMESERIES',
      entityType: 'DEVICE',
      entityId: uuid,
      scope: 'LATEST_TELEMETRY',
      cmdId: 1,
      keys: 'level',
    },
  ]);
  expect(service.flows).toBe(1);
  service.entity.add([{ key: 'level', ts: start + 5, value: 7.5 }]);
  await settled();
  expect(service.readings()).toEqual([{ device: uuid, variable: 'level', at: start + 5, value: 7.5, raw: '7.5' }]);
  expect(Buffer.from(service.emitted.at(-1)!.body).toString()).toContain(`"data":{"level":[[${start + 5},"7.5"]]}`);
  expect(service.emitted.at(-1)?.envelope).toEqual({
    channel: 'subscribe',
    device: 'ours',
    asked: { devices: [uuid] },
  });
});

test('a key that never reported comes as now with null, and is no reading', async () => {
  await using service = await subscribed();
  expect(service.emitted).toHaveLength(1);
  expect(service.readings()).toEqual([]);
});

test('many devices share one connection; one that may not be read never stops its neighbours', async () => {
  const devices = [device(['level']), { ...device(['level']), id: 'second', externalId: other }];
  const entities = [{ id: uuid }, { id: other, forbidden: true }];
  await using service = await subscribed({}, { entities }, { devices, wait: false });
  await service.simulator.until(({ sockets }) => sockets.commands.length === 2);
  await settled();
  expect([service.flows, service.simulator.sockets.open]).toEqual([1, 1]);
  expect(service.host.logs).toContain('not subscribed');
  service.entity.add([{ key: 'level', ts: start, value: 1 }]);
  await settled();
  expect(service.readings()).toHaveLength(1);
});

test.each([
  ['the user may not read it', { entities: [{ id: uuid, forbidden: true }] }, 'auth'],
  ['it is unknown', { entities: [{ id: other }] }, 'config'],
])('a device alone is refused when %s', async (_name, options, kind) => {
  await using service = await subscribed({}, options, { wait: false });
  expect(await thrown(service.end)).toMatchObject({ kind, scope: 'device' });
  expect(service.flows).toBe(0);
});

test('an API key authenticates as well', async () => {
  await using service = await subscribed({ auth: { type: 'apiKey', key: 'env:TB_KEY' } });
  expect([service.flows, service.simulator.logins]).toEqual([1, 0]);
  expect(JSON.stringify(service.emitted)).not.toContain(apiKey);
});

test('a token that ran out is renewed once; one that is refused otherwise is not', async () => {
  await using service = await vendor({ subscribe: {} });
  const controller = new AbortController();
  const request = { devices: [device(['level'])], signal: controller.signal, emit: async () => {}, connected() {} };
  await service.instance.pull!({ devices: [device(['level'])], limit: 1, signal: controller.signal });
  service.simulator.expireTokens();
  const end = service.instance.subscribe!(request);
  await service.simulator.until(({ sockets }) => sockets.subscriptions === 1);
  expect(service.simulator.logins).toBe(2);
  controller.abort();
  await end;

  await using refused = await vendor({ subscribe: {}, auth: { type: 'apiKey', key: 'env:TB_PASSWORD' } });
  const error = await thrown(refused.instance.subscribe!({ ...request, signal: new AbortController().signal }));
  expect(error).toMatchObject({ kind: 'auth', scope: 'credential', credential: 'env:TB_PASSWORD' });
});

test('what can not be stored ends the connection, so that the host pulls it', async () => {
  const full = () => Promise.reject(new Error('the disk is full'));
  await using service = await subscribed({}, {}, { emit: full, wait: false });
  await expect(service.end).rejects.toThrow('the disk is full');
});

test('nothing is emitted while the last batch is not stored, and too much that waits ends the connection', async () => {
  const batches: (readonly RawInput[])[] = [];
  const never = (records: readonly RawInput[]) => {
    batches.push(records);
    return new Promise<void>(() => {});
  };
  await using service = await subscribed({ subscribe: { maxWaitingBytes: 600 } }, {}, { emit: never });
  for (let n = 0; n < 8; n += 1) service.entity.add([{ key: 'level', ts: start + n, value: n }]);
  expect(await thrown(service.end)).toMatchObject({ kind: 'transient' });
  expect(batches).toHaveLength(1);
});

test.each([
  ['breaks', (service: { simulator: { sockets: { drop(): void } } }) => service.simulator.sockets.drop()],
  [
    'is closed in form',
    (service: { simulator: { sockets: { goodbye(code: number, reason: string): void } } }) =>
      service.simulator.sockets.goodbye(1001, 'going away'),
  ],
])('a connection that %s is transient', async (_name, lose) => {
  await using service = await subscribed();
  lose(service);
  expect(await thrown(service.end)).toMatchObject({ kind: 'transient', scope: 'instance' });
});

test('a silent server is asked whether it is there, on the clock of the host; one that answers is kept', async () => {
  await using service = await subscribed();
  const asked = () => service.simulator.sockets.commands.length;
  await service.clock.advance(59_000);
  expect(asked()).toBe(1);
  await service.clock.advance(1000);
  await settled();
  expect(asked()).toBe(3);
  await service.clock.advance(30_000);
  const emitted = service.emitted.length;
  expect(emitted).toBe(1);
  service.simulator.sockets.muted = true;
  await service.clock.advance(120_000);
  expect(await thrown(service.end)).toMatchObject({ kind: 'transient' });
});

test('a server that takes the connection and confirms nothing is a timeout', async () => {
  await using service = await vendor({ subscribe: {} });
  service.simulator.sockets.muted = true;
  const request = { devices: [device(['level'])], signal: new AbortController().signal, emit: async () => {} };
  let flows = 0;
  const end = service.instance.subscribe!({ ...request, connected: () => (flows += 1) });
  end.catch(() => {});
  await service.simulator.until(({ sockets }) => sockets.subscriptions === 1);
  await service.clock.advance(30_000);
  expect(await thrown(end)).toMatchObject({ kind: 'timeout' });
  expect(flows).toBe(0);
});

test('too many updates is a rate limit; text that is no message is invalid data', async () => {
  await using limited = await subscribed();
  limited.simulator.sockets.send('{"subscriptionId":1, "errorCode":34, "errorMsg":"Too many updates!"}');
  expect(await thrown(limited.end)).toMatchObject({ kind: 'rate-limit', scope: 'instance' });
  await using odd = await subscribed();
  odd.simulator.sockets.send('<html>');
  expect(await thrown(odd.end)).toMatchObject({ kind: 'invalid-data' });
});

test('nobody there: nothing was sent', async () => {
  await using service = await vendor({ subscribe: { url: 'ws://127.0.0.1:1/api/ws' } });
  const request = {
    devices: [device(['a'])],
    signal: new AbortController().signal,
    emit: async () => {},
    connected() {},
  };
  expect(await thrown(service.instance.subscribe!(request))).toMatchObject({ kind: 'transient', sent: 'no' });
});

test('an outbound proxy is never gone around', async () => {
  const host = fakeHost({ secrets, network: { proxy: 'http://127.0.0.1:1' } });
  await using instance = await open(
    thingsboard({ baseUrl: 'https://vendor.invalid', auth: login, subscribe: {} }),
    host,
  );
  const request = {
    devices: [device(['a'])],
    signal: new AbortController().signal,
    emit: async () => {},
    connected() {},
  };
  expect(await thrown(instance.subscribe!(request))).toMatchObject({ kind: 'unsupported', sent: 'no' });
});

test('field failure 20: the gateway has no WebSocket that is known', async () => {
  const plugin = thingsboard({ baseUrl: 'https://x.invalid', dialect: 'gateway', auth: login, subscribe: {} });
  await expect(open(plugin, fakeHost({ secrets }))).rejects.toMatchObject({ kind: 'config' });
});
