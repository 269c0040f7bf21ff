import { closedObject, type Static, Type } from '../schema.ts';
import { Id, InstantText, SeriesId } from './instant.ts';

const FlagPolicy = Type.Enum(['send', 'hold', 'missing'], {
  description: 'send: as read. hold: wait until holdMinutes, then as read with an incidence. missing: never sent.',
});

/** Which series gives one of the regulator's parameters. */
export const Member = closedObject({
  series: SeriesId,
  settings: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: "Fits the target's member schema." }),
  ),
});

/** What is owed to a regulator. */
export const Obligation = closedObject({
  id: Id,
  source: Type.Optional(
    Type.String({ description: 'Id of the compliance source it belongs to: nothing is owed outside its time.' }),
  ),
  target: Type.String({ description: 'Name of the compliance target in the configuration.' }),
  work: closedObject({
    code: Type.String({ minLength: 1, description: "The regulator's code of the work." }),
    settings: Type.Record(Type.String(), Type.Unknown(), { description: "Fits the target's work schema." }),
  }),
  standard: Type.String({ description: "One of the target's standards." }),
  from: InstantText,
  to: Type.Optional(InstantText),
  delivery: Type.Optional(Type.Enum(['online', 'manual'], { description: "Default: the standard's." })),
  members: Type.Record(Type.String(), Member, { minProperties: 1, description: "By the regulator's parameter." }),
  cutover: Type.Optional(InstantText),
  shadow: Type.Optional(
    Type.Boolean({
      description: 'Do everything but send: every slot is rendered, kept and ends as shadowed. Default false.',
    }),
  ),
  toleranceMinutes: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'How old the last value at or before a slot may be; default 60.' }),
  ),
  waitMinutes: Type.Optional(
    Type.Number({ minimum: 0, description: 'How long after the slot its value is taken; default 15.' }),
  ),
  readMinutes: Type.Optional(
    Type.Number({
      minimum: 0,
      description:
        'How much longer it waits at most for the devices that feed it to be read up to the slot; default and limit: half of the time to its deadline.',
    }),
  ),
  holdMinutes: Type.Optional(
    Type.Number({ minimum: 0, description: 'How long a held slot waits before it goes as read; default 45.' }),
  ),
  flags: Type.Optional(
    closedObject(
      {
        '1': Type.Optional(FlagPolicy),
        '2': Type.Optional(FlagPolicy),
        '3': Type.Optional(FlagPolicy),
        '4': Type.Optional(FlagPolicy),
      },
      { description: "By flag; default: the target's policy." },
    ),
  ),
  reportCorrected: Type.Optional(
    closedObject(
      {
        because: Type.String({
          minLength: 20,
          description: 'The written reason why the regulator gets corrected values.',
        }),
      },
      { description: 'Only with a written reason; default: the reading as the instrument gave it.' },
    ),
  ),
});

export type Obligation = Static<typeof Obligation>;
export type Member = Static<typeof Member>;
