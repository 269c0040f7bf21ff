import { closedObject, schemaOf, SecretRef, Type } from '@caudal/core';
import { loginOptions } from './login-options.ts';

const Pointer = (description: string) => Type.String({ pattern: '^(/.*)?$', description });

const Zone = Type.String({ description: 'Zone of times that carry none, IANA name or offset.' });

const Sentinels = (description: string) => Type.Array(Type.Number(), { description });

const Time = closedObject(
  {
    path: Pointer('JSON pointer of the time, within the item.'),
    as: Type.Optional(
      Type.Union(
        [
          Type.Literal('iso'),
          Type.Literal('s'),
          Type.Literal('ms'),
          Type.Literal('us'),
          Type.Literal('ns'),
          Type.Literal('compact'),
          Type.Literal('tdatetime'),
        ],
        {
          description:
            'How it is written: ISO 8601, seconds, milliseconds, microseconds or nanoseconds since 1970, YYYYMMDDHHmmss, or days since 1899-12-30; default iso.',
        },
      ),
    ),
  },
  { description: 'Where the time is. Without it, items have no time of their own.' },
);

const JsonFormat = closedObject({
  type: Type.Literal('json', { description: 'JSON, mapped by paths.' }),
  items: Type.Optional(
    Pointer('JSON pointer of the list, object or value that holds the readings; default the whole.'),
  ),
  keys: Type.Optional(
    Type.Union([Type.Literal('variable'), Type.Literal('device')], {
      description: 'The items are the values of an object, and its keys name this.',
    }),
  ),
  device: Type.Optional(Pointer('JSON pointer of the device, within the item.')),
  variable: Type.Optional(Pointer('JSON pointer of the variable, within the item.')),
  value: Type.Optional(
    Pointer(
      'JSON pointer of the value, within the item. Without it and without a variable, every field is a variable.',
    ),
  ),
  unit: Type.Optional(Pointer('JSON pointer of the unit, within the item.')),
  id: Type.Optional(Pointer("JSON pointer of the vendor's id of a reading, within the item.")),
  time: Type.Optional(Time),
  fields: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Names of the fields that are variables; default all but those named above.',
    }),
  ),
});

const plain = <const N extends string>(name: N, description: string) =>
  closedObject({ type: Type.Literal(name, { description }) });

const Format = Type.Union(
  [
    JsonFormat,
    plain('thethings', 'thethings.iO: `{"values":[…]}` or the bare list.'),
    plain('novus-logbox', 'NOVUS LogBox: status/channels and log/channels.'),
    plain('thingsboard-device', 'What a device sends to ThingsBoard.'),
    plain('thingsboard-gateway', 'What a gateway sends to ThingsBoard: readings by device.'),
    closedObject({
      type: Type.Literal('the-things-stack', { description: 'The Things Stack v3 uplinks.' }),
      time: Type.Optional(Time),
    }),
    closedObject({
      type: Type.Literal('chirpstack', { description: 'ChirpStack v4 or v3 uplinks.' }),
      time: Type.Optional(Time),
    }),
    closedObject({
      type: Type.Literal('sparkplug-b', { description: 'Sparkplug B.' }),
      rebirth: Type.Optional(
        Type.Boolean({
          description:
            'Ask a node for its BIRTH (NCMD, Node Control/Rebirth) when it was missed; default true. False: read with the last BIRTH stored, even if one may have been missed.',
        }),
      ),
    }),
  ],
  { description: 'How payloads are read.' },
);

const Topic = closedObject({
  topic: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Template: {externalId}, {variable} and names of your own stand for what they capture, {credential} for the credential of each device. Default: that of the format.',
    }),
  ),
  format: Format,
  qos: Type.Optional(
    Type.Union([Type.Literal(0), Type.Literal(1)], {
      description: 'Default 1. With 0 the broker keeps nothing for us, so that arrival may stand for a missing time.',
    }),
  ),
  device: Type.Optional(
    Type.String({
      description: 'External id of the device, where the topic has no {externalId}: fixed, or made of placeholders.',
    }),
  ),
  secrets: Type.Optional(
    Type.Record(Type.String(), SecretRef, { description: 'Shared secrets that placeholders of the topic stand for.' }),
  ),
  zone: Type.Optional(Zone),
  sentinels: Type.Optional(Sentinels('Values that mean a fault; default that of the format.')),
});

export const Config = schemaOf(
  closedObject({
    url: Type.String({
      pattern: '^(mqtts?|wss?)://',
      description: 'Of the broker: mqtt, mqtts, ws or wss, without user and password.',
    }),
    clientId: Type.String({
      pattern: '^[!-~]{1,100}$',
      description: 'Stable and of this instance alone: under it the broker keeps what comes while we are away.',
    }),
    topics: Type.Array(Topic, { minItems: 1, maxItems: 64, description: 'What to subscribe to and how to read it.' }),
    ...loginOptions,
    version: Type.Optional(
      Type.Union([Type.Literal('3.1.1'), Type.Literal('5')], { description: 'Of MQTT; default 3.1.1.' }),
    ),
    sessionSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_295,
        description:
          'How long the broker shall keep our session while we are away, with version 5; default 604800, a week.',
      }),
    ),
    keepAliveSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: 'Silence after which the line is tried; default 60.' }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Longest wait for the broker to take the connection; default 30000.' }),
    ),
    maxInFlight: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description: 'Most messages taken and not yet stored; with version 5 the broker is told. Default 200.',
      }),
    ),
    maxMessageBytes: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Longest payload that is kept whole; default 1048576.' }),
    ),
  }),
);

export const DeviceSettings = schemaOf(
  closedObject({
    zone: Type.Optional(Zone),
    sentinels: Type.Optional(Sentinels('Values that mean a fault here, instead of those of the topic.')),
    arrival: Type.Optional(
      Type.Union([Type.Boolean(), Type.Array(Type.String())], {
        description:
          'Arrival may stand for the time of messages that have none: of all variables or of these. Needs a topic with qos 0. Default false.',
      }),
    ),
    channels: Type.Optional(
      Type.Array(Type.String(), {
        description: 'NOVUS LogBox: the channels that are enabled, in the order they are sent.',
      }),
    ),
  }),
);

export const VariableSettings = schemaOf(closedObject({}));

type TypeOf<S> = S extends { readonly '~type'?: infer T } ? NonNullable<T> : never;

export type MqttConfig = TypeOf<typeof Config>;
export type MqttTopic = MqttConfig['topics'][number];
export type MqttFormat = MqttTopic['format'];
export type MqttDeviceSettings = TypeOf<typeof DeviceSettings>;
export type MqttVariableSettings = TypeOf<typeof VariableSettings>;
