import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';
import { type TextConfig, textProperties } from '../text/options.ts';

const Pointer = (description: string) => Type.String({ pattern: '^(/([^/~]|~[01])*)*$', description });

const Pattern = (description: string) => Type.String({ minLength: 1, maxLength: 500, description });

const HeaderName = (description: string) => Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$', description });

const Templates = (description: string) =>
  Type.Record(Type.String(), Type.String(), { maxProperties: 50, description });

const placeholders =
  'Placeholders: {to}, {toDigits} (without +), {text}, {key} (the idempotency key), {encoding} (gsm7 or ucs2), {segments}.';

const Auth = Type.Union(
  [
    closedObject({
      type: Type.Literal('basic', { description: 'User and password.' }),
      username: Type.String({ description: 'The user.' }),
      password: SecretRef,
    }),
    closedObject({ type: Type.Literal('bearer', { description: 'A bearer token.' }), secret: SecretRef }),
    closedObject({
      type: Type.Literal('header', { description: 'A secret in a header.' }),
      name: HeaderName('Its name, for example X-Api-Key.'),
      prefix: Type.Optional(Type.String({ description: 'Written before the secret.' })),
      secret: SecretRef,
    }),
    closedObject({
      type: Type.Literal('query', {
        description: 'A secret in the query. It ends in the logs of proxies; prefer a header.',
      }),
      name: Type.String({ minLength: 1, description: 'Its parameter.' }),
      secret: SecretRef,
    }),
  ],
  { description: 'Credential of every request.' },
);

/** What is looked at in an answer: its status, and a value of its JSON or all of its text. */
const conditions = {
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599, description: 'HTTP status.' })),
  at: Type.Optional(
    Pointer('JSON pointer to a value of the answer, for example /error/code. Default: the whole text.'),
  ),
  equals: Type.Optional(
    Type.Array(Type.String(), { minItems: 1, description: 'The value is one of these, written as text.' }),
  ),
  match: Type.Optional(Pattern('The value matches this regular expression.')),
};

const ErrorRule = closedObject({
  ...conditions,
  kind: Type.Enum(['rejected', 'auth', 'rate-limit', 'quota', 'transient', 'config', 'invalid-data'], {
    description: 'What it means. rejected and invalid-data concern the message, the others the gateway.',
  }),
  says: Type.Optional(Type.String({ maxLength: 200, description: 'What an operator reads.' })),
});

const Verify = Type.Union(
  [
    closedObject({
      type: Type.Literal('header', { description: 'A shared secret in a header.' }),
      name: HeaderName('Its name.'),
      prefix: Type.Optional(Type.String({ description: 'Written before the secret.' })),
      secret: SecretRef,
    }),
    closedObject({
      type: Type.Literal('query', {
        description: 'A shared secret in the query, for gateways that offer nothing else.',
      }),
      name: Type.String({ minLength: 1, description: 'Its parameter.' }),
      secret: SecretRef,
    }),
    closedObject({
      type: Type.Literal('hmac', { description: 'A signature of the body.' }),
      header: HeaderName('The header with the signature.'),
      secret: SecretRef,
      algorithm: Type.Optional(
        Type.Enum(['sha256', 'sha1', 'sha512'], { default: 'sha256', description: 'Hash of the HMAC.' }),
      ),
      encoding: Type.Optional(
        Type.Enum(['hex', 'base64'], { default: 'hex', description: 'How the signature is written.' }),
      ),
      prefix: Type.Optional(Type.String({ default: '', description: 'Before the signature, for example sha256=.' })),
      timestamp: Type.Optional(
        closedObject(
          {
            header: HeaderName('The header with seconds since 1970.'),
            separator: Type.Optional(
              Type.String({ default: '.', description: 'Between it and the body in what is signed.' }),
            ),
            toleranceSeconds: Type.Optional(
              Type.Integer({ default: 300, minimum: 1, description: 'How old a report may be.' }),
            ),
          },
          { description: 'Where the time is signed too, as timestamp, separator, body.' },
        ),
      ),
    }),
  ],
  { description: 'How a report proves where it comes from.' },
);

const deliveryStatuses = ['accepted', 'sent', 'delivered', 'delayed', 'bounced', 'rejected', 'complaint'] as const;

const Delivery = closedObject(
  {
    verify: Verify,
    body: Type.Optional(Type.Enum(['json', 'form'], { default: 'json', description: 'How reports are written.' })),
    events: Type.Optional(Pointer('JSON pointer to a list of reports. Default: the body is one report.')),
    id: Pointer("Within a report: the gateway's id of the message. A form's field is /name."),
    status: Pointer('Within a report: what became of it.'),
    statuses: Type.Record(Type.String(), Type.Enum(deliveryStatuses), {
      description: "The gateway's statuses and ours, for example { DELIVRD: delivered }. Others are no event.",
    }),
    detail: Type.Optional(Pointer('Within a report: a reason or code.')),
    at: Type.Optional(
      closedObject(
        {
          at: Pointer('Within a report.'),
          unit: Type.Enum(['iso', 'seconds', 'milliseconds'], {
            description: 'iso needs a zone or Z; a time without one is not used.',
          }),
        },
        { description: 'When it happened. Default: when the report arrived.' },
      ),
    ),
    answer: Type.Optional(
      closedObject(
        {
          status: Type.Optional(
            Type.Integer({ default: 200, minimum: 200, maximum: 299, description: 'HTTP status.' }),
          ),
          body: Type.Optional(Type.String({ default: '', description: 'Text, where the gateway wants one.' })),
        },
        { description: 'How a report is answered.' },
      ),
    ),
  },
  { description: 'Delivery events that the gateway posts.' },
);

const Config = closedObject({
  url: Type.String({
    pattern: '^https?://[^/?#]',
    maxLength: 2048,
    description: 'Where a text is posted. https, or this machine.',
  }),
  method: Type.Optional(Type.Enum(['POST', 'PUT', 'GET'], { default: 'POST', description: 'HTTP method.' })),
  auth: Type.Optional(Auth),
  query: Type.Optional(Templates(`Query parameters. ${placeholders}`)),
  headers: Type.Optional(Templates(`Headers. ${placeholders}`)),
  form: Type.Optional(Templates(`Fields of a form as body. ${placeholders}`)),
  json: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: `A JSON object as body. ${placeholders}` }),
  ),
  secretFields: Type.Optional(
    Type.Record(Type.String(), SecretRef, {
      maxProperties: 10,
      description: 'Secrets beside the fields of the form, or at the top of the JSON.',
    }),
  ),
  accepted: Type.Optional(
    closedObject(conditions, {
      description:
        'What an answer must look like to count as accepted, for gateways that say no with 200. Default: 2xx.',
    }),
  ),
  id: Type.Optional(
    closedObject(
      {
        at: Type.Optional(Pointer('JSON pointer, for example /messages/0/id. Default: the whole text.')),
        match: Type.Optional(Pattern('Regular expression over it; its first group, or all of it, is the id.')),
      },
      { description: "Where the gateway's id stands. Without it the idempotency key is the id." },
    ),
  ),
  errors: Type.Optional(
    Type.Array(ErrorRule, {
      default: [],
      maxItems: 200,
      description:
        'What answers mean, in order; looked at before accepted. What none matches is judged by its HTTP status.',
    }),
  ),
  check: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#]',
      description: 'Address of the same server that answers 2xx to a GET with the credential, such as a balance.',
    }),
  ),
  delivery: Type.Optional(Delivery),
  idempotent: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Whether the gateway takes a repeated {key} once. Say so only where its documentation does.',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({ default: 30_000, minimum: 1, description: 'How long one request may take, milliseconds.' }),
  ),
  ...textProperties,
});

export type SmsGatewayOptions = Static<typeof Config>;

/** With every default filled, as `create` gets it. */
export type SmsGatewayConfig = SmsGatewayOptions &
  TextConfig &
  Required<Pick<SmsGatewayOptions, 'method' | 'errors' | 'timeoutMs'>>;

export type Condition = NonNullable<SmsGatewayOptions['accepted']>;
export type DeliveryConfig = NonNullable<SmsGatewayOptions['delivery']>;
export type VerifyConfig = DeliveryConfig['verify'];

export const configSchema = schemaOf(Config);
