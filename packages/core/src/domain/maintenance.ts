import { closedObject, type Static, Type } from '../schema.ts';
import { Id, InstantText } from './instant.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const ClockText = (description: string) => Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description });

/** What a maintenance window is about. */
export const MaintenanceScope = Type.Union([
  Type.Literal('all', { description: 'Everything.' }),
  closedObject({ point: Id }),
  closedObject({ device: Id }),
  closedObject({ provider: Type.String({ description: 'Name of the provider instance in the configuration.' }) }),
  closedObject({
    target: Type.String({ description: 'Name of the compliance target in the configuration.' }),
    work: Type.Optional(
      Type.String({ description: "The regulator's code of one work; without it all of the target." }),
    ),
  }),
]);

/**
 * Planned work, during which people are not told what it causes. It silences people alone: data are read, judged and sent as ever, and
 * deadlines go on. What is still wrong at its end is told then.
 */
export const Maintenance = closedObject({
  id: Id,
  scope: MaintenanceScope,
  from: Type.Optional(InstantText),
  to: Type.Optional(InstantText),
  weekly: Type.Optional(
    closedObject(
      {
        days: Type.Array(Type.Enum([...weekdays]), {
          minItems: 1,
          description: 'Days of the week on which it begins.',
        }),
        from: ClockText('When it begins, by the clock of the zone: 02:00.'),
        to: ClockText('When it ends; not after the beginning means on the next day.'),
        zone: Type.String({ description: 'IANA zone, for example America/Santiago.' }),
      },
      { description: 'Every week, between from and to where these are given. Without it the window is from–to.' },
    ),
  ),
  reason: Type.String({ minLength: 3, description: 'Why, for people.' }),
  author: Type.String({ minLength: 1, description: 'Who planned it.' }),
});

export type Maintenance = Static<typeof Maintenance>;
export type MaintenanceScope = Static<typeof MaintenanceScope>;
