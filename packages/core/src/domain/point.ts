import { closedObject, type Static, Type } from '../schema.ts';
import { AlertConditions } from './alert.ts';
import { Id, InstantText } from './instant.ts';

/** What a series measures. `custom` needs its unit; an opaque unit is shown and never converted. */
export const variableKinds = [
  'level',
  'flow',
  'averageFlow',
  'total',
  'volume',
  'temperature',
  'pressure',
  'ph',
  'conductivity',
  'turbidity',
  'custom',
] as const;

export type VariableKind = (typeof variableKinds)[number];

const Bound = (description: string) => Type.Optional(Type.Number({ description }));

/** Limits and alerts of a series, in the unit of the series. Limits judge data, alerts tell people about water. */
export const SeriesLimits = closedObject({
  failBelow: Bound('Below this the value can not be true (flag 4).'),
  failAbove: Bound('Above this the value can not be true (flag 4).'),
  suspectBelow: Bound('Below this the value is suspect (flag 3).'),
  suspectAbove: Bound('Above this the value is suspect (flag 3).'),
  alertBelow: Bound('Below this people are told.'),
  alertAbove: Bound('Above this people are told.'),
});

export const Series = closedObject({
  kind: Type.Optional(
    Type.Enum([...variableKinds], { description: 'What it measures; default: the name of the variable.' }),
  ),
  unit: Type.Optional(
    Type.String({ minLength: 1, description: 'Unit in which values are kept; default: that of the kind.' }),
  ),
  opaqueUnit: Type.Optional(Type.Boolean({ description: 'The unit is shown and never converted.' })),
  intervalMinutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'How often a value is expected.' })),
  limits: Type.Optional(SeriesLimits),
  alerts: Type.Optional(AlertConditions),
  interpretation: Type.Optional(
    Type.Enum(['instant', 'mean-preceding', 'total-preceding', 'cumulative'], {
      description: 'What one value stands for; default: cumulative for a total, instant otherwise.',
    }),
  ),
});

export const Point = closedObject({
  id: Id,
  name: Type.String({ minLength: 1, description: 'For people.' }),
  kind: Type.Enum(['well', 'spring', 'river', 'canal', 'reservoir', 'meter', 'other'], { description: 'What it is.' }),
  code: Type.Optional(Type.String({ description: 'The code that people know it by.' })),
  owner: Type.Optional(
    Type.String({ description: 'Who holds the water right: id of an owner, or a name while the data has no owners.' }),
  ),
  project: Type.Optional(Type.String({ description: 'Project or client it belongs to, for lists.' })),
  description: Type.Optional(Type.String({ description: 'What people should know of it.' })),
  telemetrySince: Type.Optional(InstantText),
  state: Type.Optional(
    Type.Enum(['ACTIVE', 'INACTIVE', 'MAINTENANCE'], {
      description:
        'ACTIVE by default. INACTIVE is not read and owes nothing new; MAINTENANCE is read and tells nobody.',
    }),
  ),
  zone: Type.Optional(Type.String({ description: 'IANA zone for people; default America/Santiago.' })),
  place: Type.Optional(
    closedObject({
      latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90, description: 'WGS84 degrees.' })),
      longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180, description: 'WGS84 degrees.' })),
      altitudeM: Type.Optional(Type.Number({ description: 'Above sea level, m.' })),
      region: Type.Optional(Type.String({ description: 'Administrative region.' })),
      province: Type.Optional(Type.String({ description: 'Province.' })),
      commune: Type.Optional(Type.String({ description: 'Commune.' })),
      basin: Type.Optional(Type.String({ description: 'Basin or aquifer.' })),
    }),
  ),
  geometry: Type.Optional(
    closedObject({
      datumM: Type.Optional(Type.Number({ description: 'Elevation of the reference point above sea level, m.' })),
      staticLevelM: Type.Optional(
        Type.Number({ description: 'Level of the water at rest, as the level series has it, m.' }),
      ),
      depthM: Type.Optional(Type.Number({ minimum: 0, description: 'Depth of the well, m.' })),
      pumpDepthM: Type.Optional(Type.Number({ minimum: 0, description: 'Depth of the pump, m.' })),
      sensorDepthM: Type.Optional(Type.Number({ minimum: 0, description: 'Depth of the level sensor, m.' })),
      pumpPipeMm: Type.Optional(Type.Number({ minimum: 0, description: 'Diameter of the pump pipe, mm.' })),
      meterPipeMm: Type.Optional(Type.Number({ minimum: 0, description: 'Diameter at the meter, mm.' })),
    }),
  ),
  waterRight: Type.Optional(
    closedObject({
      flowLps: Type.Optional(Type.Number({ minimum: 0, description: 'Granted flow, L/s.' })),
      annualVolumeM3: Type.Optional(Type.Number({ minimum: 0, description: 'Granted volume a year, m³.' })),
      file: Type.Optional(Type.String({ description: 'File number of the right.' })),
    }),
  ),
  series: Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$' }), Series, {
    additionalProperties: false,
    description: 'The variables of the point, by name.',
  }),
  rules: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.Literal(false), Type.Record(Type.String(), Type.Unknown())]), {
      description: 'By rule id: parameters that differ here, or false to switch the rule off for this point.',
    }),
  ),
});

export type Point = Static<typeof Point>;
export type Series = Static<typeof Series>;
export type SeriesLimits = Static<typeof SeriesLimits>;
