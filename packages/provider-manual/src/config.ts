import { closedObject, schemaOf, Type } from '@caudal/core';

const Name = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

const Sentinels = (description: string) => Type.Optional(Type.Array(Type.Number(), { description }));

const Columns = closedObject(
  {
    time: Name('Of the time, or of the time of day where there is a column for the date; default time.'),
    date: Name('Of the date, where it has a column of its own. Default none.'),
    device: Name("Of the device's external id; default device. A file may lack it."),
    variable: Name('Of the name of the variable, in the layout long; default variable.'),
    value: Name('Of the value, in the layout long; default value.'),
    unit: Name('Of the unit, in the layout long; default unit. A file may lack it.'),
  },
  { description: 'Names of the columns, as the header writes them.' },
);

const Quality = closedObject(
  {
    column: Type.String({ minLength: 1, description: 'Name of the column.' }),
    good: Type.Array(Type.String(), { minItems: 1, description: 'What stands there for a measurement.' }),
    bad: Type.Array(Type.String(), {
      description: 'What stands there for a fault: a reading without a value. Anything else is a problem.',
    }),
  },
  { description: 'A column that says whether the row is a measurement.' },
);

export const Config = schemaOf(
  closedObject({
    layout: Type.Optional(
      Type.Union([Type.Literal('long'), Type.Literal('wide')], {
        description: 'long: one reading a row. wide: one column for each variable. Default long.',
      }),
    ),
    columns: Type.Optional(Columns),
    ignore: Type.Optional(
      Type.Array(Type.String(), { description: 'Names of columns that are no variables, in the layout wide.' }),
    ),
    header: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 2,
        description:
          'Names of the columns in their order, for files without a header. A file that has one is read by it.',
      }),
    ),
    delimiter: Type.Optional(
      Type.Union([Type.Literal(','), Type.Literal(';'), Type.Literal('tab')], {
        description: 'Between cells; default the one that splits the first row into the columns.',
      }),
    ),
    decimal: Type.Optional(
      Type.Union([Type.Literal('.'), Type.Literal(',')], {
        description: 'Of values in CSV; default the point. The other one makes no number.',
      }),
    ),
    encoding: Type.Optional(
      Type.Union([Type.Literal('utf-8'), Type.Literal('windows-1252')], {
        description: 'Default utf-8 where the bytes are that, else windows-1252.',
      }),
    ),
    timeFormat: Type.Optional(
      Type.Union([Type.Literal('iso'), Type.Literal('day-first'), Type.Literal('s'), Type.Literal('ms')], {
        description:
          'How CSV writes times: ISO 8601, DD-MM-YYYY HH:mm[:ss] (also with slashes or points), seconds or milliseconds since 1970; default iso.',
      }),
    ),
    quality: Type.Optional(Quality),
    sentinels: Sentinels('Values that mean a fault: they become a reading without a value. Default none.'),
    maxBytes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 67_108_864, description: 'Largest body that is read; default 8388608.' }),
    ),
    maxRows: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Most rows of a file, or typed readings; default 200000. A body with more is refused as a whole.',
      }),
    ),
  }),
);

export const DeviceSettings = schemaOf(
  closedObject({
    zone: Type.Optional(
      Type.String({ description: 'Zone of times that carry none, IANA name or offset; without it they are refused.' }),
    ),
    sentinels: Sentinels("Values that mean a fault here, instead of the provider's list."),
  }),
);

export const VariableSettings = schemaOf(closedObject({}));

type TypeOf<S> = S extends { readonly '~type'?: infer T } ? NonNullable<T> : never;

export type ManualConfig = TypeOf<typeof Config>;
export type ManualDeviceSettings = TypeOf<typeof DeviceSettings>;
export type ManualVariableSettings = TypeOf<typeof VariableSettings>;
