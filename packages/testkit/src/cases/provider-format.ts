import { closedObject, type Static, Type } from '@caudal/core';
import {
  CaseAnswer,
  CaseRequest,
  everyCaseParts,
  ExpectedError,
  ExpectedRequest,
  ExpectedResponse,
  File,
  Headers,
  Instant,
} from './every-case-format.ts';

const text = Type.String();

const EnvelopeInstant = Type.Union([Type.Number(), Instant]);

const CaseRecord = closedObject({
  file: File,
  receivedAt: Instant,
  envelope: closedObject({
    channel: Type.Union(['pull', 'subscribe', 'webhook', 'manual'].map((channel) => Type.Literal(channel))),
    device: Type.Optional(text),
    asked: Type.Optional(
      closedObject({
        devices: Type.Optional(Type.Array(text)),
        variables: Type.Optional(Type.Array(text)),
        window: Type.Optional(closedObject({ from: EnvelopeInstant, to: EnvelopeInstant })),
        limit: Type.Optional(Type.Integer()),
        page: Type.Optional(Type.Unknown()),
      }),
    ),
    path: Type.Optional(text),
    topic: Type.Optional(text),
    status: Type.Optional(Type.Integer()),
    headers: Type.Optional(Headers),
    contentType: Type.Optional(text),
    retained: Type.Optional(Type.Boolean()),
    duplicate: Type.Optional(Type.Boolean()),
    key: Type.Optional(text),
    needs: Type.Optional(text),
  }),
});

export type CaseRecord = Static<typeof CaseRecord>;

const CaseDevice = closedObject({
  id: text,
  externalId: text,
  credential: Type.Optional(text),
  settings: Type.Optional(Type.Record(text, Type.Unknown())),
  variables: Type.Optional(
    Type.Array(Type.Union([text, closedObject({ name: text, settings: Type.Record(text, Type.Unknown()) })])),
  ),
});

const providerParts = { ...everyCaseParts, devices: Type.Array(CaseDevice) };

/** `case.json` of a provider, by what is done. */
export const providerCaseSchemas = {
  decode: closedObject({
    act: Type.Literal('decode'),
    ...providerParts,
    record: CaseRecord,
    needed: Type.Optional(CaseRecord),
  }),
  pull: closedObject({
    act: Type.Literal('pull'),
    ...providerParts,
    window: Type.Optional(closedObject({ from: Instant, to: Instant })),
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
    answers: Type.Array(CaseAnswer, { minItems: 1 }),
  }),
  subscribe: closedObject({
    act: Type.Literal('subscribe'),
    ...providerParts,
    answers: Type.Array(CaseAnswer, { minItems: 1 }),
  }),
  webhook: closedObject({ act: Type.Literal('webhook'), ...providerParts, request: CaseRequest }),
  check: closedObject({
    act: Type.Literal('check'),
    ...providerParts,
    answers: Type.Array(CaseAnswer, { minItems: 1 }),
  }),
} as const;

/** What a case folder says is put in, before any file is read. */
export type ProviderCase = {
  [A in keyof typeof providerCaseSchemas]: Static<(typeof providerCaseSchemas)[A]> & { readonly act: A };
}[keyof typeof providerCaseSchemas];

const ExpectedReading = closedObject({
  device: text,
  variable: text,
  at: Instant,
  value: Type.Union([Type.Number(), Type.Null()]),
  raw: text,
  code: Type.Optional(text),
  unit: Type.Optional(text),
  vendorId: Type.Optional(text),
  vendorAt: Type.Optional(Instant),
  atArrival: Type.Optional(Type.Literal(true)),
});

/** `expected.json` of a provider. */
export const ProviderExpected = closedObject({
  readings: Type.Optional(Type.Array(ExpectedReading)),
  problems: Type.Optional(Type.Array(text)),
  more: Type.Optional(Type.Boolean()),
  connected: Type.Optional(Type.Boolean()),
  ok: Type.Optional(Type.Boolean()),
  message: Type.Optional(text),
  error: Type.Optional(ExpectedError),
  response: Type.Optional(ExpectedResponse),
  requests: Type.Optional(Type.Array(ExpectedRequest)),
});

export type ProviderExpected = Static<typeof ProviderExpected>;
