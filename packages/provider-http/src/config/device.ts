import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';

export const DeviceSettings = schemaOf(
  closedObject({
    parameters: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9_-]+$' }), Type.String(), {
        description: 'What templates call {parameter.NAME}, such as the id of a site.',
      }),
    ),
    zone: Type.Optional(
      Type.String({
        description: 'Zone of times that carry none, IANA name or offset; goes before that of the provider.',
      }),
    ),
    sentinels: Type.Optional(
      Type.Array(Type.Number(), { description: "Values that mean a fault here, instead of the provider's list." }),
    ),
    units: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Units by variable, where the body names none.' }),
    ),
  }),
);

export const VariableSettings = schemaOf(
  closedObject({
    credential: Type.Optional(
      Type.Unsafe<Static<typeof SecretRef>>({
        ...SecretRef,
        description:
          "Credential of this variable alone, instead of the device's; only where a request covers one variable.",
      }),
    ),
  }),
);

type TypeOf<S> = S extends { readonly '~type'?: infer T } ? NonNullable<T> : never;

export type DeviceSettings = TypeOf<typeof DeviceSettings>;
export type VariableSettings = TypeOf<typeof VariableSettings>;
