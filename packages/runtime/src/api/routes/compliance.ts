import { closedObject, Type } from '@caudal/core';
import { slotsBetween } from '../../comply/calendar.ts';
import { owedBy } from '../../comply/expect.ts';
import type { SubmissionRow } from '../../store/rows.ts';
import { designStatusOf } from '../../store/submission-states.ts';
import { instantOf, spanOf } from '../instant.ts';
import { page, pageById, pageOf, paging, readCursor } from '../page.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Call, type Route, route } from '../route.ts';
import {
  AttemptView,
  attemptView,
  EvidenceView,
  ObligationView,
  obligationView,
  StateName,
  SubmissionDetail,
  submissionDetail,
  SubmissionView,
  submissionView,
} from '../schemas/compliance.ts';
import { At, IdText, Instant, iso, isoOrNull, MaybeAt, NullableText, span, StoredId } from '../schemas/parts.ts';
import type { Sight } from '../sight.ts';
import { giveVersion } from '../version.ts';

const tag = 'Compliance';
const needs = 'compliance:read' as const;

/** Of filters, never more than is in sight. */
const obligationsIn = (sight: Sight, wanted: string | undefined, point: string | undefined) => {
  const ofPoint = (id: string) =>
    point === undefined ||
    Object.values(sight.obligation(id)?.members ?? {}).some(({ series }) => series.startsWith(`${point}/`));
  if (wanted === undefined && point === undefined) return sight.obligations;
  const found = wanted === undefined ? sight.all.obligations.map(({ id }) => id) : [wanted];
  return found.filter((id) => (sight.obligations === null || sight.obligations.includes(id)) && ofPoint(id));
};

/** One that may be seen; what is of an obligation that is no longer declared is for those who see all. */
export const submissionOf = async (
  { services, sight }: Pick<Call<undefined, undefined, undefined>, 'services' | 'sight'>,
  id: string,
): Promise<SubmissionRow> => {
  const row = await services.store.read.submission(id);
  if (row === null || (sight.obligations !== null && !sight.obligations.includes(row.obligation)))
    throw notFound('such submission');
  return row;
};

const list = route({
  id: 'listSubmissions',
  method: 'GET',
  path: '/submissions',
  tag,
  summary: 'Submissions, by slot',
  needs,
  query: closedObject({
    ...paging,
    ...span,
    obligation: Type.Optional(IdText('Of this obligation.')),
    point: Type.Optional(IdText('Of obligations that take from this point.')),
    target: Type.Optional(Type.Array(IdText('A target.'), { maxItems: 20 })),
    state: Type.Optional(Type.Array(StateName, { maxItems: 30 })),
    sort: Type.Enum(['slot', '-slot'], { default: '-slot', description: 'Oldest or newest slot first.' }),
  }),
  answer: pageOf(SubmissionView, 'Submissions'),
  async run({ query, services, sight }) {
    const name = `submissions ${query.sort}`;
    const [slot, id] = readCursor(name, query.cursor, ['number', 'string']) ?? [];
    const rows = await services.store.read.pageSubmissions({
      obligations: obligationsIn(sight, query.obligation, query.point),
      ...(query.target === undefined ? {} : { targets: query.target }),
      ...(query.state === undefined ? {} : { states: query.state }),
      ...spanOf(query),
      order: query.sort === 'slot' ? 'asc' : 'desc',
      ...(slot === undefined || id === undefined ? {} : { after: { slot, id } }),
      limit: query.limit + 1,
    });
    return page(rows, query.limit, submissionView, name, (row) => [row.slot, row.id]);
  },
});

const one = closedObject({ submission: StoredId });

const get = route({
  id: 'getSubmission',
  method: 'GET',
  path: '/submissions/{submission}',
  tag,
  summary: 'One submission with its report and the values behind it',
  needs,
  versioned: true,
  params: one,
  answer: SubmissionDetail,
  async run(call) {
    const row = await submissionOf(call, call.params.submission);
    giveVersion(call.reply, `v${row.epoch}`);
    return submissionDetail(row);
  },
});

const attempts = route({
  id: 'listAttempts',
  method: 'GET',
  path: '/submissions/{submission}/attempts',
  tag,
  summary: 'Every request that was made for a submission, and what was answered',
  needs,
  params: one,
  answer: closedObject({ items: Type.Array(AttemptView) }, { title: 'Attempts' }),
  async run(call) {
    const row = await submissionOf(call, call.params.submission);
    return { items: (await call.services.store.read.attempts(row.id)).map(attemptView) };
  },
});

const evidence = route({
  id: 'getEvidence',
  method: 'GET',
  path: '/submissions/{submission}/evidence',
  tag,
  summary: 'Hashes of what stands behind a submission',
  needs,
  params: one,
  answer: EvidenceView,
  async run(call) {
    const row = await submissionOf(call, call.params.submission);
    const found = await call.services.store.read.evidenceOf(row.id);
    if (found === null) throw notFound('report yet of this submission');
    return { ...found, sources: found.sources.map((source) => ({ ...source, at: iso(source.at) })) };
  },
});

const obligations = route({
  id: 'listObligations',
  method: 'GET',
  path: '/obligations',
  tag,
  summary: 'What is owed to regulators, by id',
  needs,
  query: closedObject({ ...paging, target: Type.Optional(IdText('At this target.')) }),
  answer: pageOf(ObligationView, 'Obligations'),
  async run({ query, sight }) {
    const found = sight.all.obligations.filter(({ target }) => query.target === undefined || target === query.target);
    return pageById(found, query, obligationView, 'obligations');
  },
});

const Cell = closedObject(
  {
    slot: At,
    submission: NullableText,
    state: Type.Union([StateName, Type.Null()], { description: 'Null: the slot is not created yet.' }),
    status: NullableText,
    receipt: NullableText,
    dueAt: MaybeAt,
  },
  { title: 'Cell' },
);
const cellsAtMost = 2_000;

const calendar = route({
  id: 'calendar',
  method: 'GET',
  path: '/obligations/{obligation}/calendar',
  tag,
  summary: 'One cell for each slot that is owed in a span',
  description: `At most ${cellsAtMost} slots.`,
  needs,
  params: closedObject({ obligation: IdText('Id of the obligation.') }),
  query: closedObject({ from: Instant('At or after.'), to: Instant('Before.') }),
  answer: closedObject({ obligation: ObligationView, cells: Type.Array(Cell) }, { title: 'Calendar' }),
  async run({ params, query, services, sight }) {
    const obligation = sight.obligation(params.obligation);
    const owed = owedBy(services).get(params.obligation);
    if (obligation === undefined || owed === undefined) throw notFound('such obligation');
    const from = instantOf(query.from, '/query/from');
    const to = instantOf(query.to, '/query/to');
    if (!(from < to)) throw new Refusal('invalid', 'the span ends before it begins');
    const slots = slotsBetween(
      owed.calendar,
      Math.max(from, obligation.fromAt),
      Math.min(to, obligation.toAt),
      owed.target.profile.utcOffsetMinutes,
      cellsAtMost + 1,
    ).filter((slot) => slot < to);
    if (slots.length > cellsAtMost)
      throw new Refusal('refused', `more than ${cellsAtMost} slots: ask for a shorter span`);
    const rows = await services.store.read.pageSubmissions({
      obligations: [obligation.id],
      from,
      to,
      order: 'asc',
      limit: cellsAtMost * 2,
    });
    const bySlot = new Map(rows.map((row) => [row.slot, row]));
    const all = [...new Set([...slots, ...bySlot.keys()])].toSorted((a, b) => a - b);
    return {
      obligation: obligationView(obligation),
      cells: all.map((slot) => {
        const row = bySlot.get(slot);
        return {
          slot: iso(slot),
          submission: row?.id ?? null,
          state: row?.state ?? null,
          status: row === undefined ? null : designStatusOf(row),
          receipt: row?.receipt ?? null,
          dueAt: isoOrNull(row?.dueAt),
        };
      }),
    };
  },
});

const Owed = closedObject(
  {
    obligation: Type.String(),
    target: Type.String(),
    work: Type.String(),
    standard: Type.String(),
    open: Type.Integer({ description: 'Slots that have not reached the regulator.' }),
    states: Type.Record(Type.String(), Type.Integer()),
    oldestSlot: MaybeAt,
    nextDueAt: MaybeAt,
    late: Type.Boolean({ description: 'A deadline has passed.' }),
    nearestMaxLagAt: MaybeAt,
    nextSlot: MaybeAt,
    drainMinutes: Type.Union([Type.Number(), Type.Null()], { description: 'How long the backlog takes.' }),
  },
  { title: 'Owed' },
);

const owedNow = route({
  id: 'owed',
  method: 'GET',
  path: '/owed',
  tag,
  summary: 'What each obligation in sight still owes',
  needs,
  query: closedObject({ ...paging }),
  answer: pageOf(Owed, 'OwedList'),
  async run({ query, operations, sight }) {
    const { obligations: found } = await operations.owed({});
    const own = found
      .filter(({ obligation }) => sight.obligation(obligation) !== undefined)
      .map((row) => ({ ...row, id: row.obligation }));
    return pageById(
      own,
      query,
      ({ oldestSlot, nextDueAt, nearestMaxLagAt, nextSlot, drainMs, ...row }) => ({
        obligation: row.obligation,
        target: row.target,
        work: row.work,
        standard: row.standard,
        open: row.open,
        states: row.states,
        late: row.late,
        oldestSlot: isoOrNull(oldestSlot),
        nextDueAt: isoOrNull(nextDueAt),
        nearestMaxLagAt: isoOrNull(nearestMaxLagAt),
        nextSlot: isoOrNull(nextSlot),
        drainMinutes: drainMs === null ? null : drainMs / 60_000,
      }),
      'owed',
    );
  },
});

export const complianceRoutes: readonly Route[] = [list, get, attempts, evidence, obligations, calendar, owedNow];
