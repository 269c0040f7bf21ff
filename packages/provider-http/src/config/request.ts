import { closedObject, type Static, Type } from '@caudal/core';

const Template = 'A template.';

const Body = Type.Union(
  [
    closedObject({
      json: Type.Unknown({ description: 'JSON with placeholders in its texts; one alone keeps its type.' }),
    }),
    closedObject({ form: Type.Record(Type.String(), Type.String(), { description: 'Fields of a form; templates.' }) }),
    closedObject({
      text: Type.String({ description: Template }),
      mediaType: Type.String({ description: 'Its Content-Type.' }),
    }),
  ],
  { description: 'What is sent as body.' },
);

const requestProperties = {
  method: Type.Optional(
    Type.Union([Type.Literal('GET'), Type.Literal('POST'), Type.Literal('PUT')], { description: 'Default GET.' }),
  ),
  path: Type.String({
    description:
      'Appended to the base URL. {device}, {variable}, {from:iso} and so on are filled as one encoded segment each.',
  }),
  query: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Union([
        Type.String({ description: `${Template} A parameter whose placeholder has no value is left out.` }),
        closedObject({
          each: Type.String({
            description: 'One parameter for each variable, or each device: a template with {variable} or {device}.',
          }),
        }),
      ]),
      { description: 'Query parameters: templates.' },
    ),
  ),
  headers: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Headers: templates.' })),
  body: Type.Optional(Body),
  zone: Type.Optional(Type.String({ description: 'Zone of {from:pattern} and {to:pattern}: IANA name or offset.' })),
  widenMs: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'How much earlier than {from} and later than {to} is asked, milliseconds, where it is not known which bounds belong to an answer; default 0.',
    }),
  ),
  end: Type.Optional(
    Type.Union([Type.Literal('exclusive'), Type.Literal('inclusive')], {
      description:
        "Whether the instant {to} belongs to the vendor's answer; default exclusive, which loses nothing either way.",
    }),
  ),
};

export const Request = closedObject(requestProperties, { description: 'One request.' });

export type Request = Static<typeof Request>;
export type Body = Static<typeof Body>;
