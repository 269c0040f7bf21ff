import { closedObject, type Static, Type } from '../schema.ts';

const steady = {
  forMinutes: Type.Optional(
    Type.Number({
      minimum: 0,
      description: 'It has to last so long before people are told; default 0. In any case two values in a row.',
    }),
  ),
  keepMinutes: Type.Optional(
    Type.Number({
      minimum: 0,
      description: 'It ends when values were back for so long; what comes again before is the same alert. Default 0.',
    }),
  ),
  hysteresis: Type.Optional(
    Type.Number({ minimum: 0, description: 'How far it must come back; default 2 % of the limit.' }),
  ),
};

const Level = (description: string) =>
  Type.Optional(
    closedObject(
      {
        limit: Type.Number({ description: 'In the unit of the series, of a field of a schema in its own.' }),
        ...steady,
      },
      { description },
    ),
  );

const Rate = (description: string) =>
  Type.Optional(
    closedObject(
      {
        perHour: Type.Number({
          exclusiveMinimum: 0,
          description: 'Change in an hour, in the unit of the series, of a field of a schema in its own.',
        }),
        overMinutes: Type.Optional(
          Type.Number({ exclusiveMinimum: 0, description: 'Time over which the change is taken; default 60.' }),
        ),
        ...steady,
      },
      { description },
    ),
  );

/** What people want to be told about the water, or about there being no values of it. Each condition is an alert of its own. */
export const AlertConditions = closedObject({
  below: Level('Values are below the limit.'),
  above: Level('Values are above the limit.'),
  rising: Rate('Values rise faster.'),
  falling: Rate('Values fall faster.'),
  noData: Type.Optional(
    closedObject(
      { minutes: Type.Number({ exclusiveMinimum: 0, description: 'Without a value for longer.' }) },
      { description: 'There are no values.' },
    ),
  ),
});

export type AlertConditions = Static<typeof AlertConditions>;
