import { closedObject, type Static, Type } from '@caudal/core';
import { Answer } from './answer.ts';
import { Condition } from './errors.ts';

const Message = (description: string) =>
  Type.Unknown({ description: `${description} JSON with placeholders in its texts; a text alone is sent as text.` });

export const Subscribe = closedObject(
  {
    url: Type.String({
      description:
        'ws:// or wss://, or a path at the host of baseUrl; a template with {device}, {secret.NAME}, {credential}, {login} and {parameter.NAME}.',
    }),
    per: Type.Optional(
      Type.Union([Type.Literal('device'), Type.Literal('instance')], {
        description: 'One connection for each device (default), or one for all.',
      }),
    ),
    first: Type.Optional(
      Type.Array(Message('Sent once, when it opens.'), {
        description: 'Messages that begin the connection, such as a login.',
      }),
    ),
    subscribe: Type.Optional(
      Type.Array(Message('Sent for each device.'), { description: 'Messages that subscribe a device.' }),
    ),
    ready: Type.Optional(
      Type.Array(Condition, {
        description: 'What holds of the message that says the stream flows; default: it flows once all is sent.',
      }),
    ),
    readyMs: Type.Optional(Type.Integer({ minimum: 1, description: 'Longest wait until it flows; default 30000.' })),
    data: Type.Optional(
      Type.Array(Condition, { description: 'What holds of messages with readings; default: all but ready.' }),
    ),
    acknowledge: Type.Optional(Message('Sent when a message is stored; {message:path} is taken from it.')),
    heartbeat: Type.Optional(
      closedObject(
        {
          everyMs: Type.Integer({ minimum: 1, description: 'How often.' }),
          message: Message('What is sent.'),
        },
        { description: 'A sign of life that we send.' },
      ),
    ),
    silenceMs: Type.Optional(
      Type.Integer({ minimum: 1, description: 'A connection that says nothing for so long is lost; default: never.' }),
    ),
    maxMessageBytes: Type.Optional(Type.Integer({ minimum: 1, description: 'Largest message; default 1048576.' })),
    maxWaiting: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Messages that may wait to be stored, beyond which the connection is ended and the gap pulled; default 1000.',
      }),
    ),
    answer: Type.Optional(
      Type.Unsafe<Answer>({ ...Answer, description: 'How readings lie in a message; default: as in an answer.' }),
    ),
  },
  { description: 'Listen on a WebSocket.' },
);

export type Subscribe = Static<typeof Subscribe>;
