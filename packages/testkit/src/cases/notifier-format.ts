import { closedObject, type Static, Type } from '@caudal/core';
import {
  CaseAnswer,
  CaseRequest,
  everyCaseParts,
  ExpectedError,
  ExpectedRequest,
  ExpectedResponse,
  File,
  Instant,
} from './every-case-format.ts';

const text = Type.String();

/** `case.json` of a notifier, by what is done. */
export const notifierCaseSchemas = {
  send: closedObject({
    act: Type.Literal('send'),
    ...everyCaseParts,
    to: Type.Unknown(),
    message: closedObject({ file: File }),
    attachments: Type.Optional(Type.Array(closedObject({ name: text, mediaType: text, file: File }))),
    idempotencyKey: text,
    answers: Type.Array(CaseAnswer, { minItems: 1 }),
  }),
  delivery: closedObject({ act: Type.Literal('delivery'), ...everyCaseParts, request: CaseRequest }),
} as const;

export type NotifierCase = {
  [A in keyof typeof notifierCaseSchemas]: Static<(typeof notifierCaseSchemas)[A]> & { readonly act: A };
}[keyof typeof notifierCaseSchemas];

/** The file that `message` names: core's message; its attachments stand in `case.json`, as files. */
export const CaseMessage = closedObject({
  event: text,
  severity: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('critical')]),
  language: text,
  title: text,
  text,
  facts: Type.Array(closedObject({ label: text, value: text })),
  link: Type.Optional(text),
});

export type CaseMessage = Static<typeof CaseMessage>;

/** `expected.json` of a notifier. */
export const NotifierExpected = closedObject({
  externalId: Type.Optional(text),
  events: Type.Optional(
    Type.Array(closedObject({ externalId: text, status: text, at: Instant, detail: Type.Optional(text) })),
  ),
  response: Type.Optional(ExpectedResponse),
  message: Type.Optional(text),
  error: Type.Optional(ExpectedError),
  requests: Type.Optional(Type.Array(ExpectedRequest)),
});
