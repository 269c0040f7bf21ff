import { closedObject, type Static, Type } from '../schema.ts';
import { Id } from './instant.ts';

/** Somebody who can be told something. */
export const Person = closedObject({
  id: Id,
  name: Type.String({ minLength: 1, description: 'For greetings and lists.' }),
  language: Type.Optional(Type.Enum(['es', 'en'], { description: 'Default es.' })),
  zone: Type.Optional(Type.String({ description: 'IANA zone; default America/Santiago.' })),
  addresses: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), {
    description: "By notifier name: an address that fits the notifier's schema.",
  }),
});

/** What can be subscribed to. */
export const noticeEvents = [
  'submission.rejected',
  'submission.conflict',
  'submission.correction',
  'submission.deadline',
  'device.silent',
  'device.zone',
  'value.suspect',
  'water.alert',
  'system',
] as const;

export type NoticeEvent = (typeof noticeEvents)[number];

/** Reports that come by the clock. They are asked for by name: `*` does not stand for them. */
export const reportEvents = ['report.compliance', 'report.summary'] as const;

export type ReportEvent = (typeof reportEvents)[number];

/** Who is told what, by which channel. */
export const Subscription = closedObject({
  id: Type.Optional(Id),
  person: Id,
  events: Type.Array(Type.Enum(['*', ...noticeEvents, ...reportEvents]), {
    minItems: 1,
    description: 'Events, or * for all alerts; daily reports are asked for by name.',
  }),
  channels: Type.Array(Type.String(), { minItems: 1, description: 'Notifier names.' }),
  points: Type.Optional(Type.Array(Type.String(), { description: 'Point ids; without them and without owners, all.' })),
  owners: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      description: 'Owner ids: all their points, also those that are added later, beside the points that are named.',
    }),
  ),
  afterMinutes: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Escalation: told only of alerts that nobody acknowledged for so long. Default: told at once.',
    }),
  ),
  language: Type.Optional(Type.Enum(['es', 'en'], { description: "Default: the person's." })),
  quiet: Type.Optional(
    closedObject(
      {
        from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'Local time of the person, 22:00.' }),
        to: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'Local time of the person, 07:00.' }),
        exceptCritical: Type.Optional(Type.Boolean({ description: 'What is critical is told at once; default true.' })),
      },
      { description: 'Between these nothing is told; it comes when they end.' },
    ),
  ),
});

export type Person = Static<typeof Person>;
export type Subscription = Static<typeof Subscription>;
