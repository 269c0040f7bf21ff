import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';

/** The properties of {@link Config}, so that a preset can add its own. */
export const configProperties = {
  region: Type.Optional(
    Type.Union([Type.Literal('us-e1'), Type.Literal('usa-1'), Type.Literal('eu-w1')], {
      description: 'Shared region; default us-e1. usa-1 is its old name.',
    }),
  ),
  deploy: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9-]+$',
      description: 'Project id of a TagoDeploy installation, instead of a region.',
    }),
  ),
  baseUrl: Type.Optional(Type.String({ description: 'Address of the API, instead of a region.' })),
  plan: Type.Optional(
    Type.Union([Type.Literal('free'), Type.Literal('starter'), Type.Literal('scale')], {
      description: 'TagoIO plan: sets how often may be asked; default free.',
    }),
  ),
  token: Type.Optional(
    Type.Unsafe<Static<typeof SecretRef>>({
      ...SecretRef,
      description: 'Account or profile token: reads devices that have no token of their own, and lists devices.',
    }),
  ),
  tokenHeader: Type.Optional(
    Type.Union(
      [
        Type.Literal('Authorization'),
        Type.Literal('Device-Token'),
        Type.Literal('Account-Token'),
        Type.Literal('token'),
      ],
      {
        description: 'Header that carries tokens, raw; default Authorization.',
      },
    ),
  ),
  sentinels: Type.Optional(
    Type.Array(Type.Number(), {
      description: 'Values that devices send for a fault: they become a reading without a value. Default none.',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Longest wait for an answer, milliseconds; default 30000.' }),
  ),
  webhook: Type.Optional(
    closedObject(
      {
        secret: SecretRef,
        header: Type.Optional(
          Type.String({
            pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
            description: 'Header of the TagoIO action that carries the secret; default x-caudal-secret.',
          }),
        ),
      },
      { description: 'Accept pushes of the action "Post data to HTTP endpoint".' },
    ),
  ),
};

export const Config = schemaOf(closedObject(configProperties));

export const DeviceSettings = schemaOf(
  closedObject({
    zone: Type.Optional(
      Type.String({ description: 'Zone of times that carry none, IANA name or offset; without it they are refused.' }),
    ),
    sentinels: Type.Optional(
      Type.Array(Type.Number(), { description: "Values that mean a fault here, instead of the provider's list." }),
    ),
  }),
);

export const VariableSettings = schemaOf(
  closedObject({
    token: Type.Optional(
      Type.Unsafe<Static<typeof SecretRef>>({
        ...SecretRef,
        description: 'Token of another TagoIO device that holds this variable of the logger.',
      }),
    ),
  }),
);

type TypeOf<S> = S extends { readonly '~type'?: infer T } ? NonNullable<T> : never;

export type TagoConfig = TypeOf<typeof Config>;
export type TagoDeviceSettings = TypeOf<typeof DeviceSettings>;
export type TagoVariableSettings = TypeOf<typeof VariableSettings>;
