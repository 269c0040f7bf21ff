import { closedObject, schemaOf, type Static, Type } from '@caudal/core';
import { handoverFormats, type HandoverFormat } from './handover-formats.ts';
import { sendTimeFormats, type SendTimeFormat } from './send-time.ts';

/** The address in the manual: HTTPS, no sandbox is documented. */
const DGA_BASE_URL = 'https://apimee.mop.gob.cl/api/v1';

const Config = closedObject({
  rutEmpresa: Type.String({
    description: 'RUT of the Centro de Control registered at the DGA, for example 11111111-1.',
  }),
  baseUrl: Type.Optional(
    Type.String({
      default: DGA_BASE_URL,
      pattern: '^https?://[^/?#]+',
      description: 'Address of the API, without the measurement path.',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({
      default: 60_000,
      minimum: 1,
      description:
        'How long one request may take, milliseconds. Measurements that time out have often arrived, so be patient.',
    }),
  ),
  timeStampOrigen: Type.Optional(
    Type.Enum(Object.keys(sendTimeFormats) as SendTimeFormat[], {
      default: '-0000',
      description: 'Suffix of the send time: -0000, -04:00 or none behind the UTC-4 wall clock, or Z behind UTC.',
    }),
  ),
  rutCheckDigit: Type.Optional(
    Type.Enum(['verify', 'ignore'], {
      default: 'verify',
      description: "Whether a RUT's check digit is verified. The DGA's published samples fail it.",
    }),
  ),
  totalizadorRounding: Type.Optional(
    Type.Enum(['truncate', 'half-up'], {
      default: 'truncate',
      description: 'How the register loses its decimals: a dial has not turned to the next cubic metre until it has.',
    }),
  ),
  backlogSpacing: Type.Optional(
    Type.Enum(['obra', 'centro'], {
      default: 'obra',
      description: 'Whether the 5 minutes between sends of backlog count per work or for the whole Centro de Control.',
    }),
  ),
  caudalesMuyPequenosMonths: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: 12 }), {
      default: [1, 7],
      minItems: 1,
      uniqueItems: true,
      description:
        'Months with a measurement on their first day under Caudales Muy Pequeños. Sources disagree: twice a year or once.',
    }),
  ),
  handover: Type.Optional(
    Type.Enum(Object.keys(handoverFormats) as HandoverFormat[], {
      default: 'csv',
      description:
        'File for standards that are handed over by a person: csv, csv-semicolon, or text to copy into a form.',
    }),
  ),
  correction: Type.Optional(
    Type.String({
      minLength: 10,
      description:
        'How a measurement that the DGA has is corrected, told to the person with the task. No rule says it; the text used otherwise names the desk of its support pages.',
    }),
  ),
  permanentAnswers: Type.Optional(
    Type.Array(
      closedObject({
        contains: Type.String({ minLength: 4, description: "Part of the answer's message, in any case." }),
        until: Type.Enum(['final', 'configuration'], {
          description: 'final: never send it again. configuration: when the configuration changed.',
        }),
      }),
      { default: [], description: 'Answers that waiting does not cure, beyond those known here.' },
    ),
  ),
});

export type DgaOptions = Static<typeof Config>;

/** With every default filled, as `create` gets it. */
export type DgaConfig = Required<Omit<DgaOptions, 'correction'>>;

export const configSchema = schemaOf(Config);
