import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';

const secret = (description: string) => Type.Unsafe<Static<typeof SecretRef>>({ ...SecretRef, description });

const headerName = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";

const EntityType = Type.Union([Type.Literal('DEVICE'), Type.Literal('ASSET')]);

const Auth = Type.Union(
  [
    closedObject(
      {
        type: Type.Literal('login', { description: 'Which way.' }),
        username: Type.Union([Type.String(), closedObject({ secret: SecretRef })], {
          description: 'User of the tenant or customer, plain or as { secret }.',
        }),
        password: secret('Password of that user.'),
      },
      { description: 'Log in and use the token until it runs out.' },
    ),
    closedObject(
      { type: Type.Literal('apiKey', { description: 'Which way.' }), key: secret('API key, without the word ApiKey.') },
      { description: 'API key of ThingsBoard 4.3 or later.' },
    ),
    closedObject(
      {
        type: Type.Literal('header', { description: 'Which way.' }),
        name: Type.String({
          pattern: headerName,
          description: 'Header that carries the secret, for example X-API-Key.',
        }),
        secret: secret('What the header carries.'),
        prefix: Type.Optional(Type.String({ description: 'Written before it, with its space; default none.' })),
      },
      { description: 'A fixed header.' },
    ),
  ],
  { description: 'How requests are authorised.' },
);

const sentinels = (description: string) => Type.Optional(Type.Array(Type.Number(), { description }));
const statusCodes = (description: string) => Type.Optional(Type.Boolean({ description }));
const milliseconds = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }));

/** The properties of {@link Config}, so that a preset can change or add its own. */
export const configProperties = {
  dialect: Type.Optional(
    Type.Union([Type.Literal('native'), Type.Literal('gateway')], {
      description: 'ThingsBoard itself, or behind the T>Data gateway; default native.',
    }),
  ),
  baseUrl: Type.String({ description: 'Address without /api, for example https://things.example.com.' }),
  auth: Auth,
  entityType: Type.Optional(
    Type.Unsafe<Static<typeof EntityType>>({
      ...EntityType,
      description: 'What external ids name where the device does not say; default DEVICE.',
    }),
  ),
  devicesPath: Type.Optional(
    Type.String({
      pattern: '^/',
      description: 'Where devices are listed, for example /api/customer/{id}/devices written out; default by dialect.',
    }),
  ),
  sentinels: sentinels('Values that devices send for a fault: they become a reading without a value. Default none.'),
  statusCodes: statusCodes('Negative whole numbers are status codes of the logger, not measurements; default false.'),
  maxLimit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000,
      description: 'Most samples in one answer. Not more than the server gives, or samples are lost; default 10000.',
    }),
  ),
  rateLimits: Type.Optional(
    Type.String({
      pattern: String.raw`^\d+:\d+(,\d+:\d+)*$`,
      description: "Requests per seconds as the tenant profile writes them, '100:1,2000:60'; default none known.",
    }),
  ),
  timeoutMs: milliseconds('Longest wait for an answer, milliseconds; default 30000.'),
  subscribe: Type.Optional(
    closedObject(
      {
        url: Type.Optional(
          Type.String({
            pattern: '^wss?://',
            description: 'Address of the WebSocket; default /api/ws of the base URL (native). The gateway has none.',
          }),
        ),
        per: Type.Optional(
          Type.Union([Type.Literal('instance'), Type.Literal('device')], {
            description: 'One connection for all devices or one for each; default instance.',
          }),
        ),
        keepAliveMs: milliseconds('Silence after which the server is asked whether it is there; default 60000.'),
        answerMs: milliseconds('Longest wait for the connection and for answers on it; default 30000.'),
        maxWaitingBytes: Type.Optional(
          Type.Integer({
            minimum: 1,
            description: 'Messages waiting for the disk; beyond, the connection is given up. Default 16777216.',
          }),
        ),
      },
      { description: 'Take telemetry over a WebSocket as it arrives.' },
    ),
  ),
  webhook: Type.Optional(
    closedObject(
      {
        secret: SecretRef,
        header: Type.Optional(
          Type.String({ pattern: headerName, description: 'Header that carries the secret; default x-caudal-secret.' }),
        ),
        deviceHeader: Type.Optional(
          Type.String({ pattern: headerName, description: 'Header that names the device; default devicename.' }),
        ),
        timeHeader: Type.Optional(
          Type.String({ pattern: headerName, description: 'Header with the time of flat bodies; default ts.' }),
        ),
        devices: Type.Optional(
          Type.Record(Type.String(), Type.String(), {
            description: 'External id by the name in that header, where the name is not the external id itself.',
          }),
        ),
      },
      { description: 'Accept pushes of the rule node "REST API call".' },
    ),
  ),
};

export const Config = schemaOf(closedObject(configProperties));

export const DeviceSettings = schemaOf(
  closedObject({
    entityType: Type.Optional(
      Type.Unsafe<Static<typeof EntityType>>({ ...EntityType, description: 'What the external id names.' }),
    ),
    sentinels: sentinels("Values that mean a fault here, instead of the provider's list."),
    statusCodes: statusCodes("Whether negative whole numbers are status codes here, instead of the provider's word."),
  }),
);

export const VariableSettings = schemaOf(closedObject({}));

type TypeOf<S> = S extends { readonly '~type'?: infer T } ? NonNullable<T> : never;

export type ThingsBoardConfig = TypeOf<typeof Config>;
export type ThingsBoardDeviceSettings = TypeOf<typeof DeviceSettings>;
export type ThingsBoardVariableSettings = TypeOf<typeof VariableSettings>;
