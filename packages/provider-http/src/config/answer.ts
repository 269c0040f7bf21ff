import { closedObject, type Static, Type } from '@caudal/core';

const Path = (description: string) =>
  Type.String({ description: `${description} A path, as in a.b[0], ["a.b"], $.from.the.root or header:name.` });
const Paths = (description: string) => Type.Record(Type.String(), Type.String(), { description });

/** Members of a row that are values: all of them, or those that are named. */
const members = {
  members: Type.Optional(Path('Where in the row its values are; default the row itself.')),
  variables: Type.Optional(
    Paths('Path of each variable in the row, by its name. Default: every member is a variable.'),
  ),
  ignore: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Members that are no variables; those of time, device and id never are.',
    }),
  ),
};

const Shape = Type.Union(
  [
    closedObject({
      type: Type.Literal('map', { description: 'An object: each key is a variable and holds points, or one point.' }),
      value: Path('The value in a point.'),
    }),
    closedObject({
      type: Type.Literal('list', { description: 'A list with one value in each item.' }),
      variable: Type.Optional(Path('The name of the variable; default: the one that was asked.')),
      value: Path('The value.'),
    }),
    closedObject({
      type: Type.Literal('object', { description: 'One object with a value in each member.' }),
      ...members,
    }),
    closedObject({
      type: Type.Literal('rows', { description: 'A list of objects with a value in each member.' }),
      ...members,
    }),
    closedObject({
      type: Type.Literal('columns', { description: 'One list of times and beside it a list for each variable.' }),
      members: Type.Optional(Path('Where the lists are; default the object itself.')),
      variables: Type.Optional(Paths('Path of the list of each variable, by its name. Default: every other list.')),
    }),
  ],
  { description: 'How values lie in the answer: map, list, object, rows or columns.' },
);

export type Shape = Static<typeof Shape>;

const Time = closedObject(
  {
    at: Path('Where the time is: in the point, item, row or object.'),
    format: Type.String({
      description: 'epoch-ms, epoch-s, iso, tdatetime, tdatetime-or-epoch-s, or a pattern such as dd-MM-yyyy HH:mm:ss.',
    }),
    zone: Type.Optional(
      Type.String({
        description:
          'Zone of times that carry none: IANA name or offset. That of the device goes before it; without either such times are refused.',
      }),
    ),
    missing: Type.Optional(
      Type.Union([Type.Literal('refuse'), Type.Literal('arrival')], {
        description: 'A value without a time: refuse it (default), or take its arrival, which bindings must allow.',
      }),
    ),
  },
  { description: 'When the instrument measured.' },
);

export type Time = Static<typeof Time>;

const Range = closedObject(
  {
    from: Type.Optional(Type.Number({ description: 'Lowest, itself included.' })),
    to: Type.Optional(Type.Number({ description: 'Highest, itself included.' })),
    whole: Type.Optional(Type.Boolean({ description: 'Whole numbers only.' })),
  },
  { description: 'Values that are codes.' },
);

const Values = closedObject(
  {
    decimal: Type.Optional(
      Type.Union([Type.Literal('.'), Type.Literal(',')], {
        description: 'Decimal mark of numbers in texts; default the point.',
      }),
    ),
    thousands: Type.Optional(
      Type.Union([Type.Literal('.'), Type.Literal(','), Type.Literal(' '), Type.Literal("'")], {
        description: 'Mark between thousands of numbers in texts; default none.',
      }),
    ),
    booleans: Type.Optional(Type.Boolean({ description: 'true is 1 and false is 0; default: they are no values.' })),
    sentinels: Type.Optional(
      Type.Array(Type.Number(), { description: 'Numbers that mean a fault. Those of a device go before.' }),
    ),
    codes: Type.Optional(
      Type.Array(Range, { description: 'Spans of numbers that mean a state of the logger, not a value.' }),
    ),
    null: Type.Optional(
      Type.Union([Type.Literal('reading'), Type.Literal('skip')], {
        description: 'null is a reading without a value (default), or nothing was said.',
      }),
    ),
    missing: Type.Optional(
      Type.Union([Type.Literal('problem'), Type.Literal('skip')], {
        description: 'An item without its value is a problem (default), or nothing was said.',
      }),
    ),
  },
  { description: 'What counts as a value.' },
);

export type Values = Static<typeof Values>;

const answerProperties = {
  items: Type.Optional(Path('Where the values are in the body; default the body itself.')),
  missing: Type.Optional(
    Type.Union([Type.Literal('refuse'), Type.Literal('empty')], {
      description: 'A body without items: refuse it (default), or take it for an answer without data.',
    }),
  ),
  each: Type.Optional(
    closedObject(
      {
        at: Type.Optional(Path('Where they are; default the body itself.')),
        device: Type.Union([Type.Literal('key'), Path('The device of a part.')], {
          description: 'The id of the device: its key, or a path in the part.',
        }),
      },
      { description: 'The body has a part for each device, in a list or by key; all else is read inside a part.' },
    ),
  ),
  shape: Shape,
  time: Time,
  device: Type.Optional(Path('The id of the device, where an item names it.')),
  unit: Type.Optional(Path('The unit, where an item names it.')),
  units: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'Units by variable, where the vendor only documents them.',
    }),
  ),
  id: Type.Optional(Path("The vendor's id of a value.")),
  storedAt: Type.Optional(
    closedObject(
      {
        at: Path('Where it is.'),
        format: Type.String({ description: 'As the format of the time.' }),
        zone: Type.Optional(Type.String({ description: 'As the zone of the time.' })),
      },
      { description: 'When the vendor stored it.' },
    ),
  ),
  values: Type.Optional(Values),
};

export const Answer = closedObject(answerProperties, { description: 'How readings lie in a body.' });

export type Answer = Static<typeof Answer>;
