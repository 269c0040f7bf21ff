import { closedObject, Type } from '@caudal/core';
import type { AlertRow } from '../../store/rows.ts';
import { At, Facts, iso, isoOrNull, MaybeAt, NullableText } from './parts.ts';

export const Severity = Type.Enum(['info', 'warning', 'critical']);

export const AlertView = closedObject(
  {
    id: Type.String(),
    event: Type.String({ description: 'What people subscribe to.' }),
    rule: Type.String({ description: 'What raised it.' }),
    subject: Type.String({ description: 'Series, device, obligation, submission, provider instance.' }),
    point: NullableText,
    severity: Severity,
    openedAt: At,
    closedAt: MaybeAt,
    facts: Facts,
    acknowledged: Type.Union([closedObject({ at: At, by: Type.String(), note: Type.String() }), Type.Null()], {
      description: 'Who took note of it, by name: it is told no more. The audit has who it was exactly.',
    }),
  },
  { title: 'Alert' },
);

export const alertView = (row: AlertRow) => ({
  id: row.id,
  event: row.event,
  rule: row.rule,
  subject: row.subject,
  point: row.point,
  severity: row.severity,
  openedAt: iso(row.openedAt),
  closedAt: isoOrNull(row.closedAt),
  facts: row.facts,
  acknowledged: row.acked === null ? null : { ...row.acked, at: iso(row.acked.at) },
});
