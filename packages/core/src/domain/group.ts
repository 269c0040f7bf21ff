import { closedObject, type Static, Type } from '../schema.ts';
import { AlertConditions } from './alert.ts';
import { Id } from './instant.ts';

const name = '^[A-Za-z_][A-Za-z0-9_]{0,63}$';

/** What a group of variables is for. */
export const schemaKinds = ['MEASUREMENT', 'DASHBOARD', 'REPORT', 'ALERT', 'COMPLIANCE', 'CUSTOM'] as const;

/** One variable of a schema: a variable of the point by its name, or a field that is calculated from others. */
export const SchemaField = closedObject({
  variable: Type.Optional(
    Type.String({ description: 'Variable of the point; default: the name of the field, unless it is calculated.' }),
  ),
  expression: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'Calculated from other fields, for example `flow * 3.6` or `max(level_a, level_b)`.',
    }),
  ),
  unit: Type.Optional(Type.String({ description: 'Unit in which it is shown; a calculated one needs it.' })),
  required: Type.Optional(Type.Boolean({ description: 'A measurement without it is incomplete; default false.' })),
  display: Type.Optional(
    closedObject({
      label: Type.Optional(Type.String({ description: 'Instead of the name.' })),
      decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 9, description: 'Shown; half-up.' })),
      color: Type.Optional(Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'Of its line in charts.' })),
      axis: Type.Optional(Type.Enum(['left', 'right'], { description: 'Default left.' })),
      order: Type.Optional(Type.Integer({ description: 'Lower first; default: as written.' })),
      hidden: Type.Optional(Type.Boolean({ description: 'Calculated with, not shown; default false.' })),
    }),
  ),
  valid: Type.Optional(
    closedObject({
      min: Type.Optional(Type.Number({ description: 'Below it the measurement is invalid, in `unit`.' })),
      max: Type.Optional(Type.Number({ description: 'Above it the measurement is invalid, in `unit`.' })),
    }),
  ),
  alerts: Type.Optional(AlertConditions),
});

/** A named group of variables: what belongs together on a chart, in a report, at one slot. */
export const DataSchema = closedObject({
  id: Id,
  name: Type.String({ minLength: 1, description: 'For people.' }),
  kind: Type.Enum([...schemaKinds], { description: 'What it is for.' }),
  description: Type.Optional(Type.String({ description: 'What is in it and why.' })),
  status: Type.Optional(
    Type.Enum(['active', 'draft', 'retired'], { description: 'Only an active one is offered; default active.' }),
  ),
  points: Type.Optional(Type.Array(Id, { description: 'Points it is for; default: all that have its variables.' })),
  groups: Type.Optional(
    Type.Array(
      closedObject({
        name: Type.String({ minLength: 1, description: 'Heading.' }),
        fields: Type.Array(Type.String(), { minItems: 1, description: 'Names of fields, in order.' }),
        status: Type.Optional(Type.Enum(['active', 'retired'], { description: 'Default active.' })),
        metadata: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'For people and exports.' })),
      }),
      { description: 'How fields stand together; default: one group.' },
    ),
  ),
  fields: Type.Record(Type.String({ pattern: name }), SchemaField, {
    minProperties: 1,
    additionalProperties: false,
    description: 'By name, as expressions write it.',
  }),
  processing: Type.Optional(
    closedObject({
      everyMinutes: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          description: 'Slot of a measurement; default: every instant with a value.',
        }),
      ),
      align: Type.Optional(
        Type.Enum(['exact', 'hold', 'linear'], {
          description:
            'How values of other instants count at a slot: not at all, the last one, or the line between two. Default exact.',
        }),
      ),
      maxGapMinutes: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, description: 'How far hold and linear reach; default 60.' }),
      ),
      corrected: Type.Optional(Type.Boolean({ description: 'With the applied corrections; default true.' })),
    }),
  ),
});

export type DataSchema = Static<typeof DataSchema>;
export type SchemaField = Static<typeof SchemaField>;
