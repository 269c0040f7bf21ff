import { closedObject, type NoticeEvent, type Static, type TSchema, Type } from '@caudal/core';

const Text = (description: string) => Type.String({ minLength: 1, maxLength: 2000, description });

const EventWords = closedObject({
  one: Type.Optional(Text('Title of a notice about one alert.')),
  many: Type.Optional(Text('Title of a notice about several.')),
  intro: Type.Optional(Text('What stands before the list.')),
  line: Type.Optional(Text('One line of the list. {facts} are all facts, {work} and the like one of them.')),
});

const Event = Type.Optional(EventWords);

const LanguageWords = closedObject({
  events: Type.Optional(
    closedObject(
      {
        'submission.rejected': Event,
        'submission.conflict': Event,
        'submission.correction': Event,
        'submission.deadline': Event,
        'device.silent': Event,
        'device.zone': Event,
        'value.suspect': Event,
        'water.alert': Event,
        system: Event,
      } satisfies Record<NoticeEvent, TSchema>,
      { description: 'By event.' },
    ),
  ),
  more: Type.Optional(Text('Last line when the list was cut; {n} is how many are left out.')),
  reset: Type.Optional(
    closedObject(
      {
        title: Type.Optional(Text('Its subject.')),
        text: Type.Optional(Text('What stands before the link.')),
      },
      { description: 'Mail with which a user sets a new password. Placeholders: {person}, {address} and {minutes}.' },
    ),
  ),
  repeated: Type.Optional(Text('Added when the message may have arrived already.')),
  labels: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'Names of facts, for example work.' }),
  ),
});

/** Words of notices that replace the runtime's own, by language and event. What is not named stays. */
export const NoticeWords = closedObject(
  {
    es: Type.Optional(LanguageWords),
    en: Type.Optional(LanguageWords),
  },
  {
    default: {},
    description:
      'Words of notices, by language and event. Placeholders: {subject}, {n}, {person}, {facts} and the name of any fact.',
  },
);

export type NoticeWords = Static<typeof NoticeWords>;
