import { closedObject, schemaOf, type Static, Type } from '@caudal/core';

const Topic = (places: string) =>
  Type.Optional(Type.String({ minLength: 1, description: `Template; ${places}. Default: that of the outlet.` }));

/** What goes to one outlet. */
export const OutletOptions = closedObject({
  values: Type.Optional(
    closedObject(
      {
        topic: Topic('{point} and {series} are places'),
        status: Type.Enum(['final', 'any'], {
          default: 'final',
          description: 'any: provisional values too, which may be judged anew.',
        }),
        retain: Type.Boolean({
          default: false,
          description: 'The broker keeps the value of the newest instant of each series; wants {series} in the topic.',
        }),
      },
      { description: 'Values as they are judged, and again whenever one becomes another. Absent: none.' },
    ),
  ),
  events: Type.Optional(
    closedObject(
      {
        topic: Topic('{event} and {point} are places'),
        kinds: Type.Array(Type.Enum(['alert', 'submission']), {
          default: ['alert', 'submission'],
          minItems: 1,
          uniqueItems: true,
          description: 'Alerts that open or close, submissions in a new state.',
        }),
      },
      { description: 'What happens. Absent: nothing of it.' },
    ),
  ),
  from: Type.String({
    default: 'now',
    pattern: '^(now|\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2}))$',
    description:
      'When the outlet is there for the first time: values from this instant on go first, oldest first. now: only what comes.',
  }),
  batchMessages: Type.Integer({ minimum: 1, maximum: 10_000, default: 500, description: 'Messages of one request.' }),
  timeoutMs: Type.Integer({ minimum: 1, default: 30_000, description: 'The broker may take so long for one request.' }),
  tickMs: Type.Integer({
    minimum: 1,
    default: 1_000,
    description: 'How often it is looked whether there is something.',
  }),
  behindSeconds: Type.Integer({
    minimum: 1,
    default: 300,
    description: 'People are told when a change has waited for so long.',
  }),
});

export type OutletOptions = Static<typeof OutletOptions>;

export const outletOptions = schemaOf(OutletOptions);
