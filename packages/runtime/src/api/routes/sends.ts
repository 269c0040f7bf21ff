import { closedObject, Type } from '@caudal/core';
import { named } from '../../access/author-names.ts';
import { instantOf, spanOf } from '../instant.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { StateName } from '../schemas/compliance.ts';
import {
  Anything,
  At,
  Because,
  IdText,
  Instant,
  iso,
  MaybeAt,
  isoOrNull,
  NullableText,
  span,
  StoredId,
  By,
} from '../schemas/parts.ts';
import { submissionOf } from './compliance.ts';

const tag = 'Sends';

const scope = {
  target: Type.Optional(IdText('Name of the target; without it all sends are meant.')),
  work: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'The regulator’s code of one work of the target.' }),
  ),
  informant: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Reference of an informant’s secret, as the works have it.',
    }),
  ),
};

const Switched = closedObject({ scope: Type.String(), changed: Type.Boolean() }, { title: 'Switched' });

const stopped = route({
  id: 'listStopped',
  method: 'GET',
  path: '/sends/stopped',
  tag,
  summary: 'Sends that somebody stopped, and why',
  needs: 'system:read',
  answer: closedObject(
    {
      items: Type.Array(
        closedObject({ scope: Type.String(), since: At, actor: Type.String(), by: By, reason: Type.String() }),
      ),
    },
    { title: 'StoppedSends' },
  ),
  run: async ({ services: { store } }) => ({
    items: (await named(store, await store.read.switches(), ({ actor }) => actor)).map((row) => ({
      ...row,
      since: iso(row.since),
    })),
  }),
});

const pause = route({
  id: 'pauseSends',
  method: 'POST',
  path: '/sends/pause',
  tag,
  summary: 'Stop sends until they are resumed: all, or of a target, an informant or a work',
  description: 'Values are still chosen, deadlines still run and are told of.',
  needs: 'compliance:write',
  body: closedObject({ ...scope, because: Because }),
  answer: Switched,
  run: async ({ body, operations }) => operations.pauseSends(body),
});

const resume = route({
  id: 'resumeSends',
  method: 'POST',
  path: '/sends/resume',
  tag,
  summary: 'Let stopped sends go again',
  needs: 'compliance:write',
  body: closedObject({ ...scope, because: Type.Optional(Because) }),
  answer: Switched,
  run: async ({ body, operations }) => operations.resumeSends(body),
});

const one = closedObject({ submission: StoredId });
const Settled = closedObject({ state: StateName }, { title: 'Settled' });

const receipt = route({
  id: 'enterReceipt',
  method: 'POST',
  path: '/submissions/{submission}/receipt',
  tag,
  summary: 'Enter the receipt of a submission that was handed over by hand',
  needs: 'compliance:write',
  params: one,
  body: closedObject({
    receipt: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'As the regulator gave it.' }),
  }),
  answer: Settled,
  async run(call) {
    const { id } = await submissionOf(call, call.params.submission);
    return call.operations.enterReceipt({ submission: id, receipt: call.body.receipt.trim() });
  },
});

const decide = route({
  id: 'decideUnknown',
  method: 'POST',
  path: '/submissions/{submission}/decision',
  tag,
  summary: 'Say what became of a send that nobody answered',
  needs: 'compliance:write',
  params: one,
  body: closedObject({
    as: Type.Enum(['arrived', 'send-again'], {
      description: 'arrived: the regulator has it. send-again: it has not, or a second record is the lesser evil.',
    }),
    because: Because,
  }),
  answer: Settled,
  async run(call) {
    const { id } = await submissionOf(call, call.params.submission);
    return call.operations.decideUnknown({ submission: id, ...call.body });
  },
});

const imported = route({
  id: 'importReceipts',
  method: 'POST',
  path: '/receipts',
  tag,
  summary: 'Receipts that another system got: their slots are never sent from here',
  needs: 'compliance:write',
  body: closedObject({
    receipts: Type.Array(
      closedObject({
        obligation: IdText('Id of the obligation.'),
        slot: Instant('The slot.'),
        receipt: Type.String({ minLength: 1, maxLength: 200 }),
        sentAt: Type.Optional(Instant('When it was sent.')),
      }),
      { minItems: 1, maxItems: 5_000 },
    ),
  }),
  answer: closedObject(
    {
      imported: Type.Integer(),
      known: Type.Integer(),
      refused: Type.Array(closedObject({ obligation: Type.String(), slot: MaybeAt, reason: Type.String() })),
    },
    { title: 'ImportedReceipts' },
  ),
  async run({ body, operations }) {
    const result = await operations.importReceipts({
      receipts: body.receipts.map(({ slot, sentAt, ...rest }, index) => ({
        ...rest,
        slot: instantOf(slot, `/body/receipts/${index}/slot`),
        ...(sentAt === undefined ? {} : { sentAt: instantOf(sentAt, `/body/receipts/${index}/sentAt`) }),
      })),
    });
    return { ...result, refused: result.refused.map((row) => ({ ...row, slot: isoOrNull(row.slot) })) };
  },
});

const DraftView = closedObject(
  { to: Type.String(), subject: Type.String(), text: Type.String(), dueAt: At },
  { title: 'Draft' },
);

const failures = route({
  id: 'listFailures',
  method: 'GET',
  path: '/failures',
  tag,
  summary: 'Slots past their maximum lag, with the notice that their regulator wants',
  needs: 'system:read',
  query: closedObject({ ...span, obligation: Type.Optional(IdText('Of this obligation.')) }),
  answer: closedObject(
    {
      items: Type.Array(
        closedObject({
          target: Type.String(),
          slots: Type.Array(
            closedObject({
              id: Type.String(),
              obligation: Type.String(),
              work: Type.String(),
              slot: At,
              maxLagAt: MaybeAt,
              reason: NullableText,
              point: NullableText,
            }),
          ),
          draft: Type.Union([DraftView, Type.Null()]),
        }),
      ),
    },
    { title: 'Failures' },
  ),
  async run({ query, operations }) {
    const found = await operations.failures({
      ...(query.obligation === undefined ? {} : { obligation: query.obligation }),
      ...spanOf(query),
    });
    return {
      items: found.map(({ target, slots, draft }) => ({
        target,
        slots: slots.map((row) => ({ ...row, slot: iso(row.slot), maxLagAt: isoOrNull(row.maxLagAt) })),
        draft: draft === null ? null : { ...draft, dueAt: iso(draft.dueAt) },
      })),
    };
  },
});

const outage = route({
  id: 'draftOutage',
  method: 'POST',
  path: '/outage-drafts',
  tag,
  summary: 'The notice that a regulator wants of an outage, for a person to complete and send',
  description: 'Writes nothing.',
  needs: 'system:read',
  once: true,
  body: closedObject({
    target: IdText('Name of the target.'),
    works: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 500 })),
    from: Instant('When it began.'),
    to: Type.Optional(Instant('When it ended; absent while it lasts.')),
    cause: Type.Optional(Type.String({ maxLength: 2_000 })),
  }),
  answer: DraftView,
  async run({ body, operations }) {
    const { from, to, ...rest } = body;
    const draft = await operations.draftOutage({
      ...rest,
      from: instantOf(from, '/body/from'),
      ...(to === undefined ? {} : { to: instantOf(to, '/body/to') }),
    });
    return { ...draft, dueAt: iso(draft.dueAt) };
  },
});

const dryRun = route({
  id: 'dryRun',
  method: 'GET',
  path: '/obligations/{obligation}/dry-run',
  tag,
  summary: 'The exact request or file of a slot, its secrets left open; sends nothing',
  needs: 'compliance:read',
  params: closedObject({ obligation: IdText('Id of the obligation.') }),
  query: closedObject({ slot: Instant('The slot.') }),
  answer: closedObject(
    {
      submission: Type.String(),
      state: StateName,
      reason: NullableText,
      issues: Type.Array(Anything),
      artifact: Type.Union([Anything, Type.Null()]),
      hash: NullableText,
    },
    { title: 'DryRun' },
  ),
  async run({ params, query, operations, sight }) {
    if (sight.obligation(params.obligation) === undefined) throw notFound('such obligation');
    return operations.dryRun({ obligation: params.obligation, slot: instantOf(query.slot, '/query/slot') });
  },
});

const HeldView = closedObject(
  {
    submission: Type.String(),
    obligation: Type.String(),
    slot: At,
    held: Type.Enum(['confirmed', 'differs', 'received', 'unknown', 'none']),
    receipt: NullableText,
    sentAt: MaybeAt,
    since: MaybeAt,
    values: Type.Union([Type.Record(Type.String(), NullableText), Type.Null()]),
  },
  { title: 'HeldSlot' },
);

const held = route({
  id: 'held',
  method: 'GET',
  path: '/held',
  tag,
  summary: 'What the regulators held for a work at an instant, as known then',
  needs: 'compliance:read',
  query: closedObject({
    work: Type.String({ minLength: 1, maxLength: 100, description: 'The regulator’s code.' }),
    at: Type.Optional(Instant('As known then; default now.')),
    from: Instant('Slots at or after.'),
    to: Instant('Slots before.'),
  }),
  answer: closedObject({ items: Type.Array(HeldView) }, { title: 'Held' }),
  async run({ query, operations, services, sight }) {
    const own = [...services.domain.obligations.values()].filter(({ work }) => work.code === query.work);
    // A work that is partly another's is not theirs to see.
    if (own.length === 0 || own.some(({ id }) => sight.obligation(id) === undefined)) throw notFound('such work');
    const [from, to] = [instantOf(query.from, '/query/from'), instantOf(query.to, '/query/to')];
    if (!(from < to)) throw new Refusal('invalid', 'the span ends before it begins');
    const at = query.at === undefined ? services.clock.now() : instantOf(query.at, '/query/at');
    const rows = await operations.held({ work: query.work, at, from, to });
    return {
      items: rows
        .filter(({ obligation }) => sight.obligations === null || sight.obligations.includes(obligation))
        .map((row) => ({
          submission: row.submission,
          obligation: row.obligation,
          slot: iso(row.slot),
          held: row.held,
          receipt: row.receipt,
          sentAt: isoOrNull(row.sentAt),
          since: isoOrNull(row.since),
          values: row.values,
        })),
    };
  },
});

export const sendRoutes: readonly Route[] = [
  stopped,
  pause,
  resume,
  receipt,
  decide,
  imported,
  failures,
  outage,
  dryRun,
  held,
];
