import { closedObject, errorKinds, type Static, Type } from '@caudal/core';

/** An instant as text; without a zone it is no instant. */
export const Instant = Type.String({
  pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$`,
  description: 'ISO 8601 with a zone',
});

const text = Type.String();
const Headers = Type.Record(text, text);
const File = Type.String({
  pattern: String.raw`^[A-Za-z0-9][\w.-]*$`,
  description: 'A file of the same folder, byte for byte.',
});

/** What the loopback server at `{{server}}` says to one request. */
const CaseAnswer = closedObject({
  status: Type.Integer({ minimum: 200, maximum: 599 }),
  headers: Type.Optional(Headers),
  file: Type.Optional(File),
});

export type CaseAnswer = Static<typeof CaseAnswer>;

/** What the case folders of every kind say. */
export const commonParts = {
  why: Type.String({ minLength: 1, description: 'One sentence: what would go wrong if this came out otherwise.' }),
  origin: Type.String({ minLength: 1, description: 'Where the shape of the recorded input comes from.' }),
  config: Type.Record(text, Type.Unknown()),
  secrets: Type.Optional(Type.Record(Type.String({ pattern: '^(env|file|store):.+$' }), text)),
  issued: Type.Optional(Type.Array(text, { description: 'Secrets that answers hand out; they must not leak either.' })),
  now: Type.Optional(Instant),
  answers: Type.Optional(Type.Array(CaseAnswer)),
};

/** A request that comes to us. */
export const CaseRequest = closedObject({
  method: text,
  path: text,
  query: Type.Optional(text),
  headers: Headers,
  file: Type.Optional(File),
  receivedAt: Instant,
});

export type CaseRequest = Static<typeof CaseRequest>;

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

const providerParts = { ...commonParts, devices: Type.Array(CaseDevice) };

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

/** How a call ends that fails; only what is named is compared. */
export const ExpectedError = closedObject({
  kind: Type.Union(errorKinds.map((kind) => Type.Literal(kind))),
  sent: Type.Optional(Type.Union([Type.Literal('no'), Type.Literal('maybe')])),
  scope: Type.Optional(Type.Union(['item', 'device', 'credential', 'instance'].map((scope) => Type.Literal(scope)))),
  retryAfterMs: Type.Optional(Type.Number()),
  status: Type.Optional(Type.Integer()),
});

/** A request that the plugin must have made: `GET /path?query`, or with more of it. */
export const ExpectedRequest = Type.Union([
  text,
  closedObject({ request: text, headers: Type.Optional(Headers), file: Type.Optional(File) }),
]);

export const ExpectedResponse = closedObject({ status: Type.Integer(), body: Type.Optional(text) });

/** `expected.json` of a provider. */
export const ProviderExpected = closedObject({
  readings: Type.Optional(Type.Array(ExpectedReading)),
  problems: Type.Optional(Type.Array(text)),
  more: Type.Optional(Type.Boolean()),
  ok: Type.Optional(Type.Boolean()),
  message: Type.Optional(text),
  error: Type.Optional(ExpectedError),
  response: Type.Optional(ExpectedResponse),
  requests: Type.Optional(Type.Array(ExpectedRequest)),
});

export type ProviderExpected = Static<typeof ProviderExpected>;
