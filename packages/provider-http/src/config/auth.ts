import { closedObject, type Static, Type } from '@caudal/core';

const use = Type.String({
  description: 'Which secret: a name of /secrets, or "credential" for that of the device (or variable) itself.',
});
const name = (what: string) => Type.String({ minLength: 1, description: `Name of the ${what}.` });

const Placement = Type.Union([
  closedObject({
    type: Type.Literal('header', { description: 'The secret in a header.' }),
    name: name('header'),
    use,
    prefix: Type.Optional(Type.String({ description: 'Written before the secret, with its space; default none.' })),
  }),
  closedObject({
    type: Type.Literal('query', { description: 'The secret in a query parameter.' }),
    name: name('parameter'),
    use,
  }),
  closedObject({
    type: Type.Literal('path', { description: 'The secret as a segment of the path.' }),
    name: Type.Optional(Type.String({ description: 'Its placeholder in the path; default token.' })),
    use,
  }),
  closedObject({
    type: Type.Literal('basic', { description: 'User and password (RFC 7617).' }),
    user: Type.String({ description: 'A template: plain text, {secret.NAME} or {parameter.NAME}.' }),
    use,
  }),
  closedObject({ type: Type.Literal('bearer', { description: 'A bearer token (RFC 6750).' }), use }),
  closedObject({
    type: Type.Literal('login', { description: 'A login that gives a token, kept until it is about to expire.' }),
    path: Type.String({ description: 'Appended to the base URL; POST.' }),
    fields: Type.Record(Type.String(), Type.String(), {
      description: 'What is sent: templates with {secret.NAME}, {credential} and {parameter.NAME}.',
    }),
    encoding: Type.Optional(
      Type.Union([Type.Literal('json'), Type.Literal('form')], { description: 'How they are sent; default json.' }),
    ),
    tokenAt: Type.String({ description: 'Where the token is in the answer: a JSON pointer such as /token.' }),
    expiresInAt: Type.Optional(
      Type.String({
        description: 'Where its lifetime in seconds is: a JSON pointer. Default: what the token itself says as a JWT.',
      }),
    ),
    lifetimeMs: Type.Optional(Type.Integer({ minimum: 1, description: 'Its lifetime where the answer has none.' })),
    header: Type.Optional(Type.String({ description: 'Header that carries the token; default Authorization.' })),
    prefix: Type.Optional(Type.String({ description: 'Written before the token; default "Bearer ".' })),
  }),
]);

export const Auth = Type.Array(Placement, {
  maxItems: 10,
  description: 'Credentials of every request: any number of headers, and one of the other types. Default none.',
});

export type Placement = Static<typeof Placement>;
