import { closedObject, type ErrorKind, errorKinds, type Static, Type } from '@caudal/core';

export const Condition = Type.Union([
  closedObject({
    path: Type.String({ description: 'A path in the body.' }),
    equals: Type.Unknown({ description: 'Text, number, true, false or null that stands there.' }),
  }),
  closedObject({
    path: Type.String({ description: 'A path in the body.' }),
    matches: Type.String({ description: 'A regular expression that fits the text there.' }),
  }),
  closedObject({
    path: Type.String({ description: 'A path in the body.' }),
    exists: Type.Boolean({ description: 'Whether anything stands there.' }),
  }),
  closedObject({ text: Type.String({ description: 'A regular expression that fits the whole body, JSON or not.' }) }),
]);

export type Condition = Static<typeof Condition>;

const Wait = Type.Union(
  [
    closedObject({
      header: Type.String({ description: 'A header of the answer.' }),
      unit: Type.Union([Type.Literal('s'), Type.Literal('ms')], { description: 'What its number counts.' }),
    }),
    closedObject({
      text: Type.String({ description: 'A regular expression over the body; its first group is the number.' }),
      unit: Type.Union([Type.Literal('s'), Type.Literal('ms')], { description: 'What its number counts.' }),
    }),
  ],
  { description: 'Where the answer says how long to wait. Retry-After is always read.' },
);

export const ErrorRule = closedObject({
  status: Type.Optional(
    Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), {
      description: 'HTTP status; default any, 200 included.',
    }),
  ),
  when: Type.Optional(Type.Array(Condition, { description: 'What must hold of the body; default nothing.' })),
  means: Type.Unsafe<ErrorKind | 'no-data'>(
    Type.Union(
      [...errorKinds, 'no-data'].map((kind) => Type.Literal(kind)),
      { description: 'The kind of error, or no-data where the vendor says so with an error.' },
    ),
  ),
  scope: Type.Optional(
    Type.Union([Type.Literal('item'), Type.Literal('device'), Type.Literal('credential'), Type.Literal('instance')], {
      description: 'What it concerns; default: the credential for auth, the instance for limits, else the device.',
    }),
  ),
  says: Type.Optional(Type.String({ description: 'One sentence for operators.' })),
  wait: Type.Optional(Wait),
});

export type ErrorRule = Static<typeof ErrorRule>;
