import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';

/** The properties of {@link Config}, so that a preset can use them. */
export const configProperties = {
  baseUrl: Type.Optional(Type.String({ description: 'Address of the API; default https://api.thethings.io/v2.' })),
  pageSize: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description:
        'Most items asked for in one answer; default 100, what the official samples ask for. The real maximum is not documented.',
    }),
  ),
  latest: Type.Optional(
    Type.Union([Type.Literal('resource'), Type.Literal('all-resources')], {
      description:
        'How latest values are read: one key per request (default), or all keys of a thing in one, which is documented but not seen in use.',
    }),
  ),
  limitPattern: Type.Optional(
    Type.String({
      description:
        'Regular expression, case ignored: the messages of a 403 that mean a used-up limit and not a missing permission; default limit|quota|exceed|too many|throttl.',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Longest wait for an answer, milliseconds; default 30000.' }),
  ),
  stream: Type.Optional(
    closedObject(
      {
        keepAliveMs: Type.Optional(
          Type.Integer({
            minimum: 1,
            description: 'How often the server is asked to send a sign of life, milliseconds; default 60000.',
          }),
        ),
        marginMs: Type.Optional(
          Type.Integer({
            minimum: 0,
            description: 'How much later than that a sign of life may come, milliseconds; default 15000.',
          }),
        ),
        maxDocumentBytes: Type.Optional(
          Type.Integer({ minimum: 2, description: 'Largest message of the stream, bytes; default 1048576.' }),
        ),
      },
      { description: 'The keep-alive HTTP stream.' },
    ),
  ),
};

export const Config = schemaOf(closedObject(configProperties));

export const DeviceSettings = schemaOf(
  closedObject({
    zone: Type.Optional(
      Type.String({ description: 'Zone of times that carry none, IANA name or offset; without it they are refused.' }),
    ),
  }),
);

export const VariableSettings = schemaOf(
  closedObject({
    token: Type.Optional(
      Type.Unsafe<Static<typeof SecretRef>>({
        ...SecretRef,
        description: 'Token of another thing that holds this variable of the logger.',
      }),
    ),
  }),
);

type TypeOf<S> = S extends { readonly '~type'?: infer T } ? NonNullable<T> : never;

export type TheThingsConfig = TypeOf<typeof Config>;
export type TheThingsDeviceSettings = TypeOf<typeof DeviceSettings>;
export type TheThingsVariableSettings = TypeOf<typeof VariableSettings>;
