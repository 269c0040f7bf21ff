import { closedObject, Type } from '@caudal/core';
import type { Trace } from '../../operate/trace.ts';
import type { ValueRow } from '../../store/rows.ts';
import { notFound } from '../refusal.ts';
import { type Call, type Route, route } from '../route.ts';
import { AttemptView, attemptView, SubmissionDetail, submissionDetail } from '../schemas/compliance.ts';
import { Anything, FlagNumber, iso, isoOrNull, MaybeAt, NullableText } from '../schemas/parts.ts';
import { AuditView, auditView } from '../schemas/system.ts';
import { CorrectionView, correctionView, RevisionView, ValueView, valueView } from '../schemas/values.ts';

const RawBehind = closedObject(
  {
    id: Type.String(),
    kept: Type.Boolean({ description: 'False when retention has taken it.' }),
    instance: NullableText,
    receivedAt: MaybeAt,
    bytes: Type.Union([Type.Integer(), Type.Null()]),
    body: Type.Union([Type.String(), Type.Null()], {
      description: 'As text, for those who may read raw records; at most 20 000 characters.',
    }),
  },
  { title: 'RawBehind' },
);

const Behind = closedObject(
  {
    value: ValueView,
    findings: Type.Array(
      closedObject({
        rule: Type.String(),
        ruleVersion: Type.String(),
        code: Type.String(),
        flag: FlagNumber,
        status: Type.String(),
        from: MaybeAt,
        to: MaybeAt,
        detail: Anything,
      }),
    ),
    corrections: Type.Array(CorrectionView),
    revisions: Type.Array(RevisionView),
    basis: Type.Union([Anything, Type.Null()], { description: 'Versions of binding, meter, calibration and rules.' }),
    raw: RawBehind,
  },
  { title: 'ValueBehind' },
);

const Sent = closedObject({ submission: SubmissionDetail, attempts: Type.Array(AttemptView) }, { title: 'Sent' });

const TraceView = closedObject(
  {
    kind: Type.Enum(['submission', 'value']),
    values: Type.Array(Behind),
    submissions: Type.Array(Sent),
    audit: Type.Array(AuditView),
  },
  { title: 'Trace' },
);

type ValueTrace = Extract<Trace, { kind: 'value' }>;
type One = Pick<ValueTrace, 'value' | 'findings' | 'corrections' | 'revisions' | 'basis' | 'raw'>;

const behind = ({ sight, principal }: Pick<Call<undefined, undefined, undefined>, 'sight' | 'principal'>, one: One) => {
  const unit = (row: ValueRow) => sight.one(row.series)?.unit;
  const { raw } = one;
  return {
    value: valueView(one.value, unit(one.value)),
    findings: one.findings.map(({ from, to, detail, ...rest }) => ({
      ...rest,
      from: isoOrNull(from),
      to: isoOrNull(to),
      detail: detail ?? {},
    })),
    corrections: one.corrections.map(correctionView),
    revisions: one.revisions.map((row) => ({ ...valueView(row, unit(row)), replacedAt: iso(row.replacedAt) })),
    basis: one.basis,
    raw: {
      id: raw.id,
      kept: raw.kept,
      instance: raw.kept ? raw.instance : null,
      receivedAt: raw.kept ? iso(raw.receivedAt) : null,
      bytes: raw.kept ? raw.bytes : null,
      // A body may hold what is of others.
      body: raw.kept && principal.may.has('raw:read') ? raw.body : null,
    },
  };
};

const trace = route({
  id: 'trace',
  method: 'GET',
  path: '/trace',
  tag: 'Trace',
  summary: 'From a receipt or submission back to the raw bytes, or from a value forward to its receipt',
  needs: 'compliance:read',
  query: closedObject({
    key: Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'A receipt, a submission, or point/variable@instant.',
      examples: ['well-1/flow@2026-01-15T12:00:00.000Z'],
    }),
  }),
  answer: TraceView,
  async run(call) {
    const { query, operations, sight } = call;
    const found = await operations.trace(query.key);
    const unseen = () => notFound('receipt, submission or value of that name');
    if (found === null) throw unseen();
    const seesObligation = (id: string) => sight.obligations === null || sight.obligations.includes(id);
    const seesSeries = (series: string) =>
      sight.points === null || sight.points.includes(series.slice(0, series.indexOf('/')));
    if (found.kind === 'submission') {
      if (!seesObligation(found.submission.obligation)) throw unseen();
      return {
        kind: found.kind,
        values: found.values.filter(({ value }) => seesSeries(value.series)).map((one) => behind(call as never, one)),
        submissions: [{ submission: submissionDetail(found.submission), attempts: found.attempts.map(attemptView) }],
        audit: found.audit.map((entry) => auditView(entry, null)),
      };
    }
    if (!seesSeries(found.value.series)) throw unseen();
    return {
      kind: found.kind,
      values: [behind(call as never, found)],
      submissions: found.submissions
        .filter(({ submission }) => seesObligation(submission.obligation))
        .map(({ submission, attempts }) => ({
          submission: submissionDetail(submission),
          attempts: attempts.map(attemptView),
        })),
      audit: [],
    };
  },
});

export const traceRoutes: readonly Route[] = [trace];
