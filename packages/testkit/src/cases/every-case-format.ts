import { closedObject, errorKinds, type Static, Type } from '@caudal/core';

/** An instant as text; without a zone it is no instant. */
export const Instant = Type.String({
  pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$`,
  description: 'ISO 8601 with a zone',
});

const text = Type.String();
/** HTTP headers by name. */
export const Headers = Type.Record(text, text);
/** The name of a recorded file. */
export const File = Type.String({
  pattern: String.raw`^[A-Za-z0-9][\w.-]*$`,
  description: 'A file of the same folder, byte for byte.',
});

/** What the loopback server at `{{server}}` says to one request. */
export const CaseAnswer = closedObject({
  status: Type.Integer({ minimum: 200, maximum: 599 }),
  headers: Type.Optional(Headers),
  file: Type.Optional(File),
});

export type CaseAnswer = Static<typeof CaseAnswer>;

/** What the case folders of every kind say. */
export const everyCaseParts = {
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
