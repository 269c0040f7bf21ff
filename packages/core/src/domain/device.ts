import { closedObject, SecretRef, type Static, Type } from '../schema.ts';
import { Id, InstantText, SeriesId } from './instant.ts';

/** A logger or RTU as one provider instance knows it. May feed many points. */
export const Device = closedObject({
  id: Id,
  name: Type.Optional(Type.String({ description: 'For people.' })),
  provider: Type.String({ description: 'Name of the provider instance in the configuration.' }),
  externalId: Type.String({ minLength: 1, description: "The vendor's id." }),
  credential: Type.Optional(SecretRef),
  settings: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: "Fits the provider's device schema." }),
  ),
  variables: Type.Optional(
    Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), {
      description: "By vendor variable: settings that fit the provider's variable schema.",
    }),
  ),
  intervalMinutes: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'How often it measures; default 60.' }),
  ),
  pollMinutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'How often it is asked; default 5.' })),
  silentAfterMinutes: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'Silence after which people are told; default three intervals.' }),
  ),
});

/** Where a level value is measured from, and so how it becomes the level of the series. */
export const LevelConvention = Type.Union([
  closedObject({
    convention: Type.Literal('raw', { description: 'The value is the level of the series after scale and offset.' }),
  }),
  closedObject({
    convention: Type.Literal('column', { description: 'Water column over the sensor, kept as column.' }),
  }),
  closedObject({
    convention: Type.Literal('depth', { description: 'Depth to water: sensor depth minus the water column.' }),
    sensorDepthM: Type.Number({ description: 'Depth of the sensor below the reference point, m.' }),
  }),
]);

/** (device, vendor variable) → series, for a span of time. */
export const Binding = closedObject({
  id: Type.Optional(Id),
  device: Id,
  variable: Type.String({ minLength: 1, description: 'The vendor variable, exactly as the vendor writes it.' }),
  series: SeriesId,
  from: Type.Optional(InstantText),
  to: Type.Optional(InstantText),
  priority: Type.Optional(
    Type.Integer({ description: 'Where two bindings give one instant, the lower number wins; default 0.' }),
  ),
  unit: Type.Optional(
    Type.String({
      description: 'Unit of the vendor value; default: that of the series. "pulses" for a pulse register.',
    }),
  ),
  scale: Type.Optional(Type.Number({ description: 'Multiplies the vendor value first; default 1.' })),
  offset: Type.Optional(Type.Number({ description: 'Added after scale, in the vendor unit; default 0.' })),
  level: Type.Optional(LevelConvention),
  sentinels: Type.Optional(
    Type.Array(Type.Number(), { description: 'Values that mean a fault here, beside those of the provider.' }),
  ),
  allowArrivalTime: Type.Optional(
    Type.Boolean({ description: 'Accept readings whose instant is their arrival; default false.' }),
  ),
});

export type Device = Static<typeof Device>;
export type Binding = Static<typeof Binding>;
export type LevelConvention = Static<typeof LevelConvention>;
