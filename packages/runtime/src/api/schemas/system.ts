import type { Named } from '../../access/author-names.ts';
import { closedObject, Type } from '@caudal/core';
import type { AuditEntry, ChainRow, NoticeRow, RawRow } from '../../store/rows.ts';
import { lanes } from '../../store/rows.ts';
import type { PlannedRead } from '../../store/store.ts';
import { Anything, At, iso, isoOrNull, MaybeAt, NullableText, By } from './parts.ts';

export const RawStatusName = Type.Enum(['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'SKIPPED']);

export const RawHead = closedObject(
  {
    id: Type.String(),
    instance: Type.String(),
    lane: Type.Enum([...lanes]),
    status: RawStatusName,
    receivedAt: At,
    processedAt: MaybeAt,
    reason: NullableText,
    repeats: Type.Integer({ description: 'How often the same answer came again.' }),
    bytes: Type.Integer(),
  },
  { title: 'RawRecord' },
);

export const rawHead = (row: Omit<RawRow, 'body' | 'envelope'> & { readonly bytes: number }) => ({
  id: row.id,
  instance: row.instance,
  lane: row.lane,
  status: row.status,
  receivedAt: iso(row.receivedAt),
  processedAt: isoOrNull(row.processedAt),
  reason: row.reason,
  repeats: row.repeats,
  bytes: row.bytes,
});

export const RawDetail = closedObject(
  { ...RawHead.properties, envelope: Anything },
  { title: 'RawRecordDetail', description: 'Without its body, which is fetched apart.' },
);

export const UnclaimedView = closedObject(
  {
    instance: Type.String(),
    device: Type.String({ description: 'The vendor’s id.' }),
    variable: Type.String(),
    count: Type.Integer(),
    lastAt: MaybeAt,
    lastRaw: Type.String(),
  },
  { title: 'Unclaimed' },
);

export const NoticeView = closedObject(
  {
    id: Type.String(),
    person: Type.String(),
    channel: Type.String(),
    event: Type.String(),
    alerts: Type.Array(Type.String()),
    state: Type.Enum(['pending', 'sending', 'sent', 'failed']),
    attempts: Type.Integer(),
    createdAt: At,
    nextAt: MaybeAt,
    sentAt: MaybeAt,
    reason: NullableText,
    deliveries: Type.Array(closedObject({ status: Type.String(), at: At, detail: NullableText })),
  },
  { title: 'Notice' },
);

export const noticeView = (
  row: NoticeRow,
  deliveries: readonly { readonly status: string; readonly at: number; readonly detail: string | null }[],
) => ({
  id: row.id,
  person: row.person,
  channel: row.channel,
  event: row.event,
  alerts: row.alerts,
  state: row.state,
  attempts: row.attempts,
  createdAt: iso(row.createdAt),
  nextAt: isoOrNull(row.nextAt),
  sentAt: isoOrNull(row.sentAt),
  reason: row.reason,
  deliveries: deliveries.map(({ status, at, detail }) => ({ status, at: iso(at), detail })),
});

export const ReadView = closedObject(
  {
    id: Type.String(),
    instance: Type.String(),
    device: Type.String(),
    variables: Type.Array(Type.String()),
    from: MaybeAt,
    to: MaybeAt,
    lane: Type.Enum([...lanes]),
    state: Type.Enum(['open', 'done', 'failed']),
    nextAt: MaybeAt,
    reason: NullableText,
  },
  { title: 'PlannedRead' },
);

export const readView = (row: PlannedRead) => ({
  id: row.id,
  instance: row.instance,
  device: row.device,
  variables: row.variables,
  from: isoOrNull(row.from),
  to: isoOrNull(row.to),
  lane: row.lane,
  state: row.state,
  nextAt: isoOrNull(row.nextAt),
  reason: row.reason,
});

export const AuditView = closedObject(
  {
    seq: Type.Union([Type.Integer(), Type.Null()], { description: 'Place in the chain.' }),
    at: At,
    actor: Type.String(),
    by: By,
    act: Type.String(),
    subject: Type.String(),
    hash: NullableText,
    detail: Type.Union([Anything, Type.Null()]),
    link: NullableText,
  },
  { title: 'AuditEntry' },
);

export const auditView = (entry: Named<AuditEntry>, place: Pick<ChainRow, 'seq' | 'link'> | null) => ({
  seq: place?.seq ?? null,
  at: iso(entry.at),
  actor: entry.actor,
  by: entry.by,
  act: entry.act,
  subject: entry.subject,
  hash: entry.hash,
  detail: entry.detail ?? null,
  link: place?.link ?? null,
});
