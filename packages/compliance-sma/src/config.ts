import { closedObject, schemaOf, SecretRef, type Static, Type } from '@caudal/core';
import { Extra } from './extra.ts';
import { historyShapes, type HistoryShape } from './history-shapes.ts';

/** The address in the manual: HTTPS, no sandbox is documented. */
const SMA_BASE_URL = 'https://conexiones.sma.gob.cl';

const resendRules = ['next-calendar-day', 'immediately', 'never'] as const;

const History = closedObject(
  {
    usuario: Type.String({ minLength: 1, description: 'User that the SMA logs in with at this interface.' }),
    password: SecretRef,
    signingKey: SecretRef,
    tokenHours: Type.Optional(
      Type.Number({ default: 24, exclusiveMinimum: 0, maximum: 168, description: 'How long a token is valid.' }),
    ),
    authPath: Type.Optional(
      Type.String({
        default: '/api/v1/auth',
        pattern: '^/',
        description: 'End of the path where the SMA logs in; what the host puts before it does not matter.',
      }),
    ),
    registrosPath: Type.Optional(
      Type.String({
        default: '/api/v1/dispositivos/{dispositivoId}/registros/{fecha}',
        pattern: '^/.*\\{dispositivoId\\}.*\\{fecha\\}|^/.*\\{fecha\\}.*\\{dispositivoId\\}',
        description:
          'End of the path where a day of a device is asked for, with {dispositivoId} and {fecha} (YYYY-MM-DD).',
      }),
    ),
    shape: Type.Optional(
      Type.Enum(Object.keys(historyShapes) as HistoryShape[], {
        default: 'stored',
        description:
          'stored: as the SMA keeps what it was sent. sent: as it is sent. The SMA decides; its example is not public.',
      }),
    ),
    maxSlots: Type.Optional(
      Type.Integer({
        default: 3_000,
        minimum: 1,
        description: 'Slots of one answer. A day has 1440 minutes; more than this is an error, never a part.',
      }),
    ),
  },
  {
    description:
      'The interface with its own history that the titular has to offer to the SMA. Absent: it is not offered.',
  },
);

const Config = closedObject({
  baseUrl: Type.Optional(
    Type.String({
      default: SMA_BASE_URL,
      pattern: '^https?://[^/?#]+',
      description: 'Address of the API, without /api/v1.',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({
      default: 30_000,
      minimum: 1,
      description: 'How long one request may take, milliseconds; the login apart.',
    }),
  ),
  valor: Type.Optional(
    Type.Enum(['string', 'number'], {
      default: 'string',
      description: 'How a value is written: as JSON string, which is seen in production, or as JSON number.',
    }),
  ),
  dispositivoId: Type.Optional(
    Type.Enum(['string', 'integer'], { default: 'string', description: "How a device's id is written." }),
  ),
  extra: Type.Optional(Extra),
  instantsPerRequest: Type.Optional(
    Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 1_440,
      description: 'How many instants of a process one request may carry. Only one is seen in production.',
    }),
  ),
  resendRefused: Type.Optional(
    Type.Enum([...resendRules], {
      default: 'immediately',
      description: 'When a measurement that was answered with an error of the server goes again.',
    }),
  ),
  resendUnanswered: Type.Optional(
    Type.Enum([...resendRules], {
      default: 'next-calendar-day',
      description:
        'When a measurement that was not answered, so that it may be stored, goes again. never leaves it to a person.',
    }),
  ),
  backlogSpacingMs: Type.Optional(
    Type.Integer({
      default: 0,
      minimum: 0,
      description: 'Least time between two sends of one process. No limit is known.',
    }),
  ),
  dueMinutes: Type.Optional(
    Type.Integer({
      default: 60,
      minimum: 1,
      description: 'How soon a measurement should be there. No deadline is published.',
    }),
  ),
  maxLagHours: Type.Optional(
    Type.Integer({
      default: 168,
      minimum: 1,
      description:
        'How long a set waits for its last member, or to be sent, before it is an incidence. No limit is published.',
    }),
  ),
  loginPauseMinutes: Type.Optional(
    Type.Integer({
      default: 15,
      minimum: 0,
      description: 'A refused user and password rest this long; another password is tried at once.',
    }),
  ),
  correction: Type.Optional(
    Type.String({
      minLength: 10,
      description:
        'How a set that the SMA has is corrected, told to the person with the task. No rule says it; the text used otherwise names the address of its instruction.',
    }),
  ),
  answers: Type.Optional(
    Type.Array(
      closedObject({
        contains: Type.String({
          minLength: 4,
          description: 'Part of the body of an answer that is no success, in any case.',
        }),
        means: Type.Enum(['duplicate', 'final', 'configuration', 'later'], {
          description:
            'duplicate: it is stored. final: never again. configuration: when the configuration changed. later: by resendRefused.',
        }),
      }),
      { default: [], description: 'What answers mean, beyond their status. The bodies of errors are not published.' },
    ),
  ),
  history: Type.Optional(History),
});

export type SmaOptions = Static<typeof Config>;

/** With every default filled, as `create` gets it. */
export type SmaConfig = Required<Omit<SmaOptions, 'history' | 'extra' | 'correction'>> & {
  readonly extra?: Readonly<Record<string, string>>;
  readonly history?: Required<Static<typeof History>>;
};

export type HistoryConfig = NonNullable<SmaConfig['history']>;

export const configSchema = schemaOf(Config);
