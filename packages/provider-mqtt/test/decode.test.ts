import * as fc from 'fast-check';
import { create, isCaudalError, type RawEnvelope } from '@caudal/core';
import { mqtt, type MqttConfig, type MqttDeviceSettings, type MqttFormat, mqttFromEnv } from '@caudal/provider-mqtt';
import {
  chirpstackDevice,
  type MqttMessage,
  novusLogBox,
  thethingsThing,
  thingsboardGateway,
  ttsDevice,
} from '@caudal/simulators';
import { fakeHost } from '@caudal/testkit';
import { expect, test } from 'vitest';

const at = Date.UTC(2026, 6, 6, 14, 30);
const provider = (topics: MqttConfig['topics']) =>
  create(mqtt({ url: 'mqtt://broker.example', clientId: 'caudal', topics }), fakeHost());

const decode = (
  topics: MqttConfig['topics'],
  topic: string,
  payload: string | Uint8Array,
  more: { readonly settings?: MqttDeviceSettings; readonly envelope?: Partial<RawEnvelope> } = {},
) =>
  provider(topics).decode(
    {
      id: 'r',
      receivedAt: at + 60_000,
      body: Uint8Array.from(Buffer.from(payload)),
      envelope: { channel: 'subscribe', topic, ...more.envelope },
    },
    { settings: () => more.settings, externalId: (id) => (id === 'ours' ? 'well-1' : undefined) },
  );

const values = (format: MqttFormat, { topic, payload }: MqttMessage, settings?: MqttDeviceSettings) =>
  decode([{ format }], topic, payload, {
    ...(settings === undefined ? {} : { settings }),
    envelope: { device: 'ours' },
  }).readings.map((reading) => [reading.device, reading.variable, reading.at, reading.value]);

test('what simulated devices publish is read, whichever the format', () => {
  const things = { type: 'thethings' } as const;
  // The topic as the plugin shows it.
  const shown = (message: MqttMessage) => ({ ...message, topic: 'v2/things/{credential}' });
  const thing = thethingsThing('token');
  for (const bare of [false, true])
    expect(values(things, shown(thing.values(at, { pulsos: 7 }, bare)))).toEqual([['well-1', 'pulsos', at, 7]]);
  for (const [clock, offsetMinutes] of [
    ['tdatetime', -240],
    ['tdatetime', -180],
    ['unix', -240],
  ] as const) {
    const box = novusLogBox({ serial: '18031234', clock, offsetMinutes });
    const settings = { zone: `-0${-offsetMinutes / 60}:00` };
    expect(values({ type: 'novus-logbox' }, box.log(at, [1, 2, 3, 4]), settings).slice(0, 2)).toEqual([
      ['18031234', 'digital', at, 1],
      ['18031234', 'analog1', at, 2],
    ]);
  }
  expect(
    values({ type: 'thingsboard-gateway' }, thingsboardGateway().telemetry({ A: [{ ts: at, values: { k: 1 } }] })),
  ).toEqual([['A', 'k', at, 1]]);
  expect(values({ type: 'the-things-stack' }, ttsDevice().uplink(at, { level: 1.5 }))).toEqual([
    ['well-1', 'level', at, 1.5],
  ]);
  expect(values({ type: 'chirpstack' }, chirpstackDevice().uplink(at, { level: 1.5 }))).toEqual([
    ['0101010101010101', 'level', at, 1.5],
  ]);
});

const flat = { type: 'json', time: { path: '/t' } } as const;
const one = (
  time: unknown,
  as: NonNullable<NonNullable<Extract<MqttFormat, { type: 'json' }>['time']>['as']>,
  zone?: string,
) =>
  decode(
    [
      {
        topic: '{externalId}',
        format: { type: 'json', time: { path: '/t', as } },
        ...(zone === undefined ? {} : { zone }),
      },
    ],
    'w',
    JSON.stringify({ t: time, v: 1 }),
  );

test.each([
  ['iso', '2026-07-06T14:30:00Z', undefined],
  ['iso', '2026-07-06T10:30:00-04:00', undefined],
  ['iso', '2026-07-06 10:30:00', 'America/Santiago'],
  ['s', 1_783_348_200, undefined],
  ['s', '1783348200', undefined],
  ['ms', 1_783_348_200_000, undefined],
  ['us', 1_783_348_200_000_000, undefined],
  ['ns', '1783348200000000000', undefined],
  ['compact', '20260706103000', '-04:00'],
  ['compact', '20260706T143000', 'Z'],
  ['tdatetime', 46_209.4375, '-04:00'],
] as const)('field failure 2: a time written as %s, %s, is an instant', (as, time, zone) => {
  expect(one(time, as, zone)).toMatchObject({ readings: [{ at }], problems: [] });
});

test.each([
  ['iso', '2026-07-06T10:30:00'],
  ['compact', '20260706103000'],
  ['tdatetime', 46_209.4375],
] as const)('field failure 2: a time as %s without a zone is refused', (as, time) => {
  expect(one(time, as)).toMatchObject({ readings: [], problems: [{ reason: expect.stringContaining('no zone') }] });
});

test.each([
  ['iso', 'yesterday'],
  ['s', '14:30'],
  ['s', 1e30],
  ['ms', true],
  ['iso', ['2026']],
] as const)('a time as %s that can not be read, %s, is a problem and no arrival', (as, time) => {
  expect(one(time, as)).toMatchObject({ readings: [], problems: [{ at: '/v' }] });
});

test.each(['null', '""', '"ERR"', 'true', '{"a":[]}', '[1]', '"NaN"', '1e999'])(
  'field failure 1: %s is no zero',
  (value) => {
    const topics = [
      { topic: '{externalId}/{variable}', format: { type: 'json', value: '/v', time: { path: '/t' } } },
    ] as const;
    const { readings } = decode([...topics], 'w/level', `{"t":"2026-07-06T14:30:00Z","v":${value}}`);
    expect(readings).toMatchObject([{ value: null, code: 'NOT_A_NUMBER' }]);
  },
);

test('field failure 1: a value that is missing makes no reading', () => {
  const topics = [
    { topic: '{externalId}/{variable}', format: { type: 'json', value: '/v', time: { path: '/t' } } },
  ] as const;
  expect(decode([...topics], 'w/level', '{"t":"2026-07-06T14:30:00Z"}')).toMatchObject({
    readings: [],
    problems: [{ reason: 'there is no value' }],
  });
});

test('field failure 6: sentinels are never readings; those of the device replace those of the topic', () => {
  const topics = [{ topic: '{externalId}', format: flat, sentinels: [-999] }];
  const body = '{"t":"2026-07-06T14:30:00Z","a":-999,"b":-3200.0}';
  const codes = (settings?: MqttDeviceSettings) =>
    decode(topics, 'w', body, settings === undefined ? {} : { settings }).readings.map(({ code }) => code);
  expect(codes()).toEqual(['SENTINEL', undefined]);
  expect(codes({ sentinels: [-3200] })).toEqual([undefined, 'SENTINEL']);
});

test('readings by keys: of variables and of devices', () => {
  const time = { path: '/ts', as: 'ms' } as const;
  expect(
    decode(
      [{ topic: '{externalId}', format: { type: 'json', keys: 'variable', value: '/value', time } }],
      'w',
      `{"level":[{"ts":${at},"value":"12.5"},{"ts":${at + 1},"value":"12.6"}],"flow":{"ts":${at},"value":3}}`,
    ).readings.map(({ variable, raw }) => [variable, raw]),
  ).toEqual([
    ['level', '12.5'],
    ['level', '12.6'],
    ['flow', '3'],
  ]);
  expect(
    decode(
      [{ topic: 'all', format: { type: 'json', keys: 'device', fields: ['level'], time } }],
      'all',
      `{"w-1":{"ts":${at},"level":1,"battery":3},"w-2":{"ts":${at},"level":2}}`,
    ).readings.map(({ device, variable, value }) => [device, variable, value]),
  ).toEqual([
    ['w-1', 'level', 1],
    ['w-2', 'level', 2],
  ]);
});

test('the external id may be made of what the topic captures', () => {
  const topics = [{ topic: '{site}/{unit}/data', device: '{site}:{unit}', format: flat }];
  expect(decode(topics, 'north/7/data', '{"t":"2026-07-06T14:30:00Z","v":1}').readings).toMatchObject([
    { device: 'north:7' },
  ]);
});

const nowhere = [{ topic: '{externalId}/{variable}', qos: 0 as const, format: { type: 'json' as const } }];

test('arrival stands for the time only where everything allows it, and says so', () => {
  const read = (settings: MqttDeviceSettings, envelope: Partial<RawEnvelope> = {}, qos: 0 | 1 = 0) =>
    decode([{ ...nowhere[0], format: { type: 'json' }, qos }], 'w/level', '12.5', { settings, envelope });
  expect(read({ arrival: true }).readings).toMatchObject([{ at: at + 60_000, atArrival: true, value: 12.5 }]);
  expect(read({ arrival: ['level'] }).readings).toHaveLength(1);
  for (const refused of [
    read({}),
    read({ arrival: false }),
    read({ arrival: ['flow'] }),
    read({ arrival: true }, { retained: true }),
    read({ arrival: true }, { duplicate: true }),
    read({ arrival: true }, {}, 1),
  ])
    expect(refused).toMatchObject({ readings: [], problems: [{ reason: expect.any(String) }] });
});

test('what no topic fits is invalid data until one does', () => {
  expect(() => decode(nowhere, 'old/w/level/x', '1')).toThrow(expect.objectContaining({ kind: 'invalid-data' }));
  const topics = [
    ...nowhere,
    { topic: 'old/{externalId}/{variable}/x', format: { type: 'json', value: '/v', time: { path: '/t' } } as const },
  ];
  expect(decode(topics, 'old/w/level/x', '{"t":"2026-07-06T14:30:00Z","v":1}').readings).toHaveLength(1);
});

test('a payload that was cut is invalid data', () => {
  expect(() =>
    decode(nowhere, 'w/level', '12', {
      envelope: { headers: { 'mqtt-payload-length': '5' } },
      settings: { arrival: true },
    }),
  ).toThrow(expect.objectContaining({ kind: 'invalid-data', message: expect.stringContaining('cut') }));
});

const formats: readonly (readonly [MqttFormat, string])[] = [
  [{ type: 'thethings' }, 'v2/things/{credential}'],
  [{ type: 'novus-logbox' }, 'novus/1/log/channels'],
  [{ type: 'thingsboard-gateway' }, 'v1/gateway/telemetry'],
  [{ type: 'the-things-stack' }, 'v3/a/devices/d/up'],
  [{ type: 'chirpstack' }, 'application/a/device/d/event/up'],
];
const keys = [
  'values',
  'key',
  'value',
  'datetime',
  'ts',
  'uplink_message',
  'decoded_payload',
  'received_at',
  'object',
  'time',
  'deviceInfo',
  'devEui',
  'devEUI',
  'objectJSON',
  'value_channels',
  'timestamp',
  'battery',
  '__proto__',
];
const wild = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      null,
      true,
      0,
      1.5,
      43_277.69,
      1_533_294_048,
      '',
      '2026-07-06T14:30:00Z',
      '12.5',
      'AQEBAQEBAQE=',
      '{"a":1}',
    ),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys), tie('any'), { maxKeys: 5 }),
  ),
})).any;

test.each(formats)('$type, any JSON: readings with a finite instant or invalid data, nothing else', (format, topic) => {
  const settings = { zone: '-04:00' };
  fc.assert(
    fc.property(wild, (body) => {
      try {
        const { readings } = decode([{ format }], topic, JSON.stringify(body), {
          settings,
          envelope: { device: 'ours' },
        });
        for (const reading of readings) {
          expect(Number.isFinite(reading.at)).toBe(true);
          expect(reading.value === null ? reading.code !== undefined : Number.isFinite(reading.value)).toBe(true);
        }
      } catch (error) {
        if (!isCaudalError(error) || error.kind !== 'invalid-data') throw error;
      }
    }),
  );
});

test('nesting as deep as a payload allows does not break the process', () => {
  for (const [format, topic] of [...formats, [flat, 'w'] as const])
    for (const body of ['['.repeat(200_000) + ']'.repeat(200_000), '{"values":'.repeat(5000) + '1' + '}'.repeat(5000)])
      try {
        decode([{ format, ...(format === flat ? { topic: '{externalId}' } : {}) }], topic, body);
      } catch (error) {
        expect(error).toMatchObject({ kind: 'invalid-data' });
      }
});

test('broker and credentials from the environment, as references', () => {
  expect(mqttFromEnv({})).toEqual({ url: 'mqtt://localhost:1883', clientId: 'caudal' });
  const env = {
    MQTT_BROKER_HOST: 'broker.example',
    MQTT_BROKER_PORT: '8884',
    MQTT_TLS: 'true',
    MQTT_CLIENT_ID: 'wells',
    MQTT_USERNAME: 'someone',
    MQTT_PASSWORD: 'a-password',
    MQTT_KEEPALIVE: '30',
  };
  const read = mqttFromEnv(env);
  expect(read).toEqual({
    url: 'mqtts://broker.example:8884',
    clientId: 'wells',
    username: 'env:MQTT_USERNAME',
    password: 'env:MQTT_PASSWORD',
    keepAliveSeconds: 30,
  });
  expect(JSON.stringify(read)).not.toContain('a-password');
  create(mqtt({ ...read, topics: nowhere }), fakeHost());
  for (const port of ['mqtt', '0', '70000', '1.5'])
    expect(() => mqttFromEnv({ MQTT_BROKER_PORT: port })).toThrow(expect.objectContaining({ kind: 'config' }));
});
