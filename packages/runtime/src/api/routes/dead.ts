import { closedObject, Type } from '@caudal/core';
import { instantOf, spanOf } from '../instant.ts';
import { notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import {
  Anything,
  At,
  Because,
  IdText,
  Instant,
  iso,
  isoOrNull,
  MaybeAt,
  NullableText,
  span,
  StoredId,
  By,
} from '../schemas/parts.ts';

const tag = 'What stopped';

const Kind = Type.Enum(['raw', 'submission', 'notice']);

const Letter = closedObject(
  {
    kind: Kind,
    id: Type.String(),
    of: Type.String({ description: 'Provider instance, obligation, or person and channel.' }),
    state: Type.String(),
    at: At,
    reason: NullableText,
  },
  { title: 'DeadLetter' },
);

const list = route({
  id: 'listDead',
  method: 'GET',
  path: '/dead',
  tag,
  summary: 'What goes on only when a person says so: raw records, submissions, notices',
  needs: 'system:read',
  query: closedObject({
    ...span,
    kind: Type.Optional(Kind),
    instance: Type.Optional(IdText('Raw records of this instance.')),
    device: Type.Optional(IdText('Raw records of this device.')),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100, description: 'At most so many of each kind.' }),
  }),
  answer: closedObject({ items: Type.Array(Letter) }, { title: 'DeadLetters' }),
  async run({ query, operations }) {
    const { from: _from, to: _to, ...rest } = query;
    const found = await operations.deadList({ ...rest, ...spanOf(query) });
    return { items: found.map((letter) => ({ ...letter, at: iso(letter.at) })) };
  },
});

const show = route({
  id: 'getDead',
  method: 'GET',
  path: '/dead/{id}',
  tag,
  summary: 'One of them with all that is known; a body in a form that can be shown anywhere',
  needs: 'raw:read',
  params: closedObject({ id: StoredId }),
  answer: closedObject({ kind: Kind, id: Type.String(), detail: Anything }, { title: 'DeadLetterDetail' }),
  async run({ params, operations }) {
    const found = await operations.deadShow(params.id);
    if (found === null) throw notFound('such dead letter');
    const { kind, id, ...detail } = found;
    return { kind, id, detail };
  },
});

const Requeued = closedObject({ requeued: Type.Integer() }, { title: 'Requeued' });

const requeue = route({
  id: 'requeueDead',
  method: 'POST',
  path: '/dead/{id}/requeue',
  tag,
  summary: 'Let one go on',
  needs: 'values:write',
  params: closedObject({ id: StoredId }),
  body: closedObject({ because: Because }),
  answer: Requeued,
  run: async ({ params, body, operations }) => operations.deadRequeue({ id: params.id, because: body.because }),
});

const requeueMany = route({
  id: 'requeueRaw',
  method: 'POST',
  path: '/dead/requeue',
  tag,
  summary: 'Let unreadable raw records of a filter go on',
  needs: 'values:write',
  body: closedObject(
    {
      because: Because,
      instance: Type.Optional(IdText('Of this instance.')),
      device: Type.Optional(IdText('Of this device.')),
      from: Type.Optional(Instant('Arrived at or after.')),
      to: Type.Optional(Instant('Arrived before.')),
    },
    { minProperties: 2 },
  ),
  answer: Requeued,
  async run({ body, operations }) {
    const { from, to, ...rest } = body;
    return operations.deadRequeue({
      ...rest,
      ...(from === undefined ? {} : { from: instantOf(from, '/body/from') }),
      ...(to === undefined ? {} : { to: instantOf(to, '/body/to') }),
    });
  },
});

const skip = route({
  id: 'skipDead',
  method: 'POST',
  path: '/dead/{id}/skip',
  tag,
  summary: 'Set an unreadable raw record aside for good',
  needs: 'values:write',
  params: closedObject({ id: StoredId }),
  body: closedObject({ because: Because }),
  answer: closedObject({ state: Type.String() }, { title: 'Skipped' }),
  async run({ params, body, operations, services }) {
    if ((await services.store.read.raw(params.id)) === null) throw notFound('such raw record');
    return operations.deadSkip({ id: params.id, because: body.because });
  },
});

const HoldView = closedObject(
  {
    id: Type.String(),
    about: Type.String({ description: 'point: or work: and its name.' }),
    from: MaybeAt,
    to: MaybeAt,
    because: Type.String(),
    actor: Type.String(),
    by: By,
    since: At,
  },
  { title: 'Hold' },
);

interface Held {
  readonly id: string;
  readonly about: string;
  readonly from: number;
  readonly to: number | null;
  readonly because: string;
  readonly actor: string;
  readonly by: string;
  readonly since: number;
}

const holdView = ({ id, about, from, to, because, actor, by, since }: Held) => ({
  id,
  about,
  from: isoOrNull(from),
  to: isoOrNull(to),
  because,
  actor,
  by,
  since: iso(since),
});

const holds = route({
  id: 'listHolds',
  method: 'GET',
  path: '/holds',
  tag,
  summary: 'What is kept whatever its age',
  needs: 'system:read',
  answer: closedObject({ items: Type.Array(HoldView) }, { title: 'Holds' }),
  run: async ({ operations }) => ({ items: (await operations.holds()).map(holdView) }),
});

const hold = route({
  id: 'addHold',
  method: 'POST',
  path: '/holds',
  tag,
  summary: 'Keep everything of a point or a work, whatever its age',
  needs: 'config:write',
  status: 201,
  body: closedObject({
    point: Type.Optional(IdText('Id of the point, or else:')),
    work: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'the regulator’s code of a work.' })),
    from: Instant('Arrived at or after.'),
    to: Type.Optional(Instant('Arrived before; absent for whatever comes.')),
    because: Because,
  }),
  answer: HoldView,
  async run({ body, operations }) {
    const { from, to, ...rest } = body;
    return holdView(
      await operations.addHold({
        ...rest,
        from: instantOf(from, '/body/from'),
        ...(to === undefined ? {} : { to: instantOf(to, '/body/to') }),
      }),
    );
  },
});

const release = route({
  id: 'removeHold',
  method: 'POST',
  path: '/holds/{hold}/removal',
  tag,
  summary: 'End a hold',
  needs: 'config:write',
  params: closedObject({ hold: StoredId }),
  body: closedObject({ because: Because }),
  answer: closedObject({ about: Type.String() }, { title: 'HoldRemoved' }),
  async run({ params, body, operations }) {
    if (!(await operations.holds()).some(({ id }) => id === params.hold)) throw notFound('such hold');
    return operations.removeHold({ id: params.hold, because: body.because });
  },
});

const retention = route({
  id: 'previewRetention',
  method: 'GET',
  path: '/retention',
  tag,
  summary: 'What the next round of retention would take; takes nothing',
  needs: 'system:read',
  answer: closedObject(
    {
      before: At,
      instances: Type.Array(closedObject({ instance: Type.String(), records: Type.Integer(), bytes: Type.Integer() })),
    },
    { title: 'Retention' },
  ),
  async run({ operations }) {
    const { before, instances } = await operations.previewRetention();
    return { before: iso(before), instances };
  },
});

export const deadRoutes: readonly Route[] = [list, show, requeue, requeueMany, skip, holds, hold, release, retention];
