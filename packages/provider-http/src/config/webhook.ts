import { closedObject, type Static, Type } from '@caudal/core';
import { Answer } from './answer.ts';

const use = Type.String({ description: 'Which secret: a name of /secrets.' });

export const Proof = Type.Union(
  [
    closedObject({
      type: Type.Literal('header', { description: 'A header carries the secret.' }),
      name: Type.String({ minLength: 1, description: 'Name of the header.' }),
      prefix: Type.Optional(Type.String({ description: 'Written before the secret; default none.' })),
      use,
    }),
    closedObject({
      type: Type.Literal('query', { description: 'A query parameter carries the secret.' }),
      name: Type.String({ minLength: 1, description: 'Name of the parameter.' }),
      use,
    }),
    closedObject({ type: Type.Literal('path', { description: 'The last segment of the path is the secret.' }), use }),
    closedObject({
      type: Type.Literal('hmac', { description: 'A header carries a keyed hash of the body, byte for byte.' }),
      header: Type.String({ minLength: 1, description: 'Name of the header.' }),
      use,
      algorithm: Type.Optional(
        Type.Union([Type.Literal('sha256'), Type.Literal('sha1'), Type.Literal('sha512')], {
          description: 'Default sha256.',
        }),
      ),
      encoding: Type.Optional(
        Type.Union([Type.Literal('hex'), Type.Literal('base64')], {
          description: 'How the hash is written; default hex.',
        }),
      ),
      prefix: Type.Optional(Type.String({ description: 'Written before the hash, such as sha256=; default none.' })),
      timestamp: Type.Optional(
        closedObject(
          {
            header: Type.String({ minLength: 1, description: 'Header with the send time, epoch seconds.' }),
            separator: Type.Optional(
              Type.String({ description: 'Between it and the body in what is hashed; default a point.' }),
            ),
            toleranceMs: Type.Optional(
              Type.Integer({ minimum: 1, description: 'How far it may be from now; default 300000.' }),
            ),
          },
          { description: 'The send time is hashed before the body.' },
        ),
      ),
    }),
  ],
  { description: 'What proves the sender.' },
);

export type Proof = Static<typeof Proof>;

export const Webhook = closedObject(
  {
    proof: Proof,
    answer: Type.Optional(
      Type.Unsafe<Answer>({ ...Answer, description: 'How readings lie in a push; default: as in an answer.' }),
    ),
    headers: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Headers to keep, for header:name in paths. None that carries a secret.',
      }),
    ),
    duplicate: Type.Optional(
      Type.String({ description: 'Header that is there, and not 0, when the vendor repeats itself.' }),
    ),
    status: Type.Optional(
      Type.Integer({ minimum: 200, maximum: 299, description: 'Status of our answer; default 200.' }),
    ),
    body: Type.Optional(Type.String({ description: 'Body of our answer; default empty.' })),
  },
  { description: 'Accept pushes of the vendor.' },
);

export type Webhook = Static<typeof Webhook>;
