import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';
import { Answer } from './answer.ts';
import { Auth } from './auth.ts';
import { Discover } from './discover.ts';
import { ErrorRule } from './errors.ts';
import { Pull } from './pull.ts';
import { Request } from './request.ts';
import { Subscribe } from './subscribe.ts';
import { Webhook } from './webhook.ts';

const Limit = closedObject({
  requests: Type.Integer({ minimum: 1, description: 'So many requests.' }),
  perMs: Type.Integer({ minimum: 1, description: 'In so many milliseconds.' }),
  per: Type.Union([Type.Literal('credential'), Type.Literal('device'), Type.Literal('instance')], {
    description: 'What is counted together.',
  }),
  clockAligned: Type.Optional(Type.Boolean({ description: 'Counted in whole spans of UTC, such as clock minutes.' })),
});

const properties = {
  baseUrl: Type.Optional(
    Type.String({ description: 'Address of the API, http or https. Not needed for webhooks alone.' }),
  ),
  secrets: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z0-9_-]+$' }), SecretRef, {
      description: 'Secrets by name, for `use` and {secret.NAME}.',
    }),
  ),
  auth: Type.Optional(Auth),
  headers: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'Headers of every request, as written.' }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Longest wait for an answer, milliseconds; default 30000.' }),
  ),
  maxBodyBytes: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Largest answer, decompressed; default 33554432.' }),
  ),
  pull: Type.Optional(Pull),
  answer: Type.Optional(Answer),
  errors: Type.Optional(
    Type.Array(ErrorRule, {
      description: 'How the vendor refuses; the first that fits counts. Default: by HTTP status.',
    }),
  ),
  redact: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Parameters of devices that are secret, by name: their values are kept out of paths, errors and logs.',
    }),
  ),
  check: Type.Optional(
    Type.Unsafe<Request>({
      ...Request,
      description: 'A request that shows whether the credentials work; default: login, or latest.',
    }),
  ),
  discover: Type.Optional(Discover),
  subscribe: Type.Optional(Subscribe),
  webhook: Type.Optional(Webhook),
  limits: Type.Optional(Type.Array(Limit, { description: 'How often may be asked; default: no limit is known.' })),
  concurrency: Type.Optional(Type.Integer({ minimum: 1, description: 'Most requests in flight; default 4.' })),
};

export const Config = schemaOf(closedObject(properties));

/** What {@link Config} describes. */
export type HttpConfig = Static<ReturnType<typeof closedObject<typeof properties>>>;
