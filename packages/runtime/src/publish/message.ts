import { hash } from 'node:crypto';
import { closedObject, type Flag, type Static, Type } from '@caudal/core';
import type { Outgoing, OutgoingAlert, OutgoingSubmission, OutgoingValue } from '../store/outgoing.ts';
import { submissionStates } from '../store/submission-states.ts';

/** Of the messages. It rises when a reader has to change; a new field does not raise it. */
export const publishedSchemaVersion = 1;

const Instant = Type.String({ description: 'UTC with milliseconds, ISO 8601.' });
const MaybeInstant = Type.Union([Instant, Type.Null()]);
const Text = Type.String();
const MaybeText = Type.Union([Type.String(), Type.Null()]);

const head = {
  schemaVersion: Type.Literal(publishedSchemaVersion),
  id: Type.String({ description: 'The same for a message that comes again, and for no other one.' }),
  serial: Type.Integer({ description: 'Rises with every change, in the order in which they were committed.' }),
  notedAt: Type.String({ description: 'When it was committed.' }),
};

/** A value of a series, as it stands from now on. */
export const PublishedValue = closedObject(
  {
    ...head,
    type: Type.Literal('value'),
    series: Type.String({ description: 'point/variable' }),
    point: Text,
    at: Type.String({ description: 'Instant of the value.' }),
    value: Type.Union([Type.Number(), Type.Null()], { description: 'null where the reading failed or is missing.' }),
    text: Type.Union([Type.String(), Type.Null()], {
      description: 'Exact decimal text; null where there is no value.',
    }),
    unit: Type.Union([Type.String(), Type.Null()], { description: 'null when the series is no longer declared.' }),
    flag: Type.Enum([1, 2, 3, 4, 9], { description: '1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing.' }),
    codes: Type.Array(Type.String(), { description: 'Why it is flagged.' }),
    status: Type.Enum(['provisional', 'final']),
    revision: Type.Integer({
      minimum: 1,
      description: 'One more for each number that stood here before; another flag of the same number is no revision.',
    }),
    origin: Type.String({ description: 'raw or manual.' }),
    device: Text,
    variable: Type.String({ description: 'As the vendor names it.' }),
    raw: Type.String({ description: 'Id of the raw record, for caudal trace.' }),
  },
  { title: 'PublishedValue' },
);

/** An alert that opened or closed. */
export const PublishedAlert = closedObject(
  {
    ...head,
    type: Type.Literal('alert'),
    event: Type.Enum(['alert.opened', 'alert.closed']),
    alert: closedObject({
      id: Text,
      event: Type.String({ description: 'For example device.silent.' }),
      rule: Text,
      subject: Text,
      point: MaybeText,
      severity: Type.Enum(['info', 'warning', 'critical']),
      openedAt: Instant,
      closedAt: MaybeInstant,
      facts: Type.Record(Type.String(), Type.String()),
    }),
  },
  { title: 'PublishedAlert' },
);

/** A submission in a new state. */
export const PublishedSubmission = closedObject(
  {
    ...head,
    type: Type.Literal('submission'),
    event: Type.Literal('submission.changed'),
    submission: closedObject({
      id: Text,
      obligation: Text,
      target: Text,
      work: Text,
      slot: Instant,
      before: Type.Enum([...submissionStates]),
      state: Type.Enum([...submissionStates]),
      receipt: MaybeText,
      reason: MaybeText,
      attempts: Type.Integer(),
      sentAt: MaybeInstant,
      confirmedAt: MaybeInstant,
    }),
  },
  { title: 'PublishedSubmission' },
);

export const PublishedMessage = Type.Union([PublishedValue, PublishedAlert, PublishedSubmission], {
  title: 'PublishedMessage',
});

export type PublishedMessage = Static<typeof PublishedMessage>;

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

const valueFields = (content: OutgoingValue, status: 'final' | 'provisional', unit: string | undefined) => ({
  type: 'value' as const,
  series: content.series,
  point: content.series.split('/', 1)[0] ?? '',
  at: iso(content.at),
  value: content.value,
  text: content.text ?? (content.value === null ? null : String(content.value)),
  unit: unit ?? null,
  flag: content.flag satisfies Flag,
  codes: [...content.codes],
  status,
  revision: content.revision,
  origin: content.origin,
  device: content.device,
  variable: content.variable,
  raw: content.raw,
});

const alertFields = ({ openedAt, closedAt, facts, ...rest }: OutgoingAlert) => ({
  type: 'alert' as const,
  event: closedAt === null ? ('alert.opened' as const) : ('alert.closed' as const),
  alert: { ...rest, openedAt: iso(openedAt), closedAt: isoOrNull(closedAt), facts: { ...facts } },
});

const submissionFields = ({ slot, sentAt, confirmedAt, ...rest }: OutgoingSubmission) => ({
  type: 'submission' as const,
  event: 'submission.changed' as const,
  submission: { ...rest, slot: iso(slot), sentAt: isoOrNull(sentAt), confirmedAt: isoOrNull(confirmedAt) },
});

/**
 * A change as it leaves.
 *
 * @param unitOf the unit of a series, where it is declared
 */
export const messageOf = (change: Outgoing, unitOf: (series: string) => string | undefined): PublishedMessage => {
  const { serial, at, kind, content } = change;
  // A database that was restored counts on from an earlier serial: another content is another message.
  const mark = hash('sha256', `${kind} ${JSON.stringify(content)}`, 'hex').slice(0, 12);
  const own = { schemaVersion: publishedSchemaVersion, id: `${serial}-${mark}`, serial, notedAt: iso(at) } as const;
  if (change.kind === 'alert') return { ...own, ...alertFields(change.content) };
  if (change.kind === 'submission') return { ...own, ...submissionFields(change.content) };
  const status = change.kind === 'value' ? 'final' : 'provisional';
  return { ...own, ...valueFields(change.content, status, unitOf(change.content.series)) };
};
