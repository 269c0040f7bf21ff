import { closedObject, Type } from '@caudal/core';
import { readinessOf } from '../../operate/readiness.ts';
import { readContacts } from '../contacts.ts';
import { instantOf } from '../instant.ts';
import { page, pageOf, paging, readCursor } from '../page.ts';
import { notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { Anything, At, IdText, Instant, iso, isoOrNull, MaybeAt, NullableText } from '../schemas/parts.ts';
import { ReadView, readView } from '../schemas/system.ts';

const tag = 'System';
const needs = 'system:read' as const;

const Counts = Type.Record(Type.String(), Type.Integer());

const StatusView = closedObject(
  {
    at: At,
    ready: Type.Boolean(),
    stages: Type.Array(
      closedObject({ stage: Type.String(), lastAt: At, stalled: Type.Boolean(), lastError: NullableText }),
    ),
    disk: Type.Union([closedObject({ since: At, reason: Type.String() }), Type.Null()], {
      description: 'What the disk refuses; null when nothing.',
    }),
    raw: Counts,
    values: Counts,
    findings: Counts,
    submissions: Counts,
    notices: Counts,
    openAlerts: Type.Integer(),
    imbalances: Type.Array(closedObject({ what: Type.String(), expected: Type.Integer(), found: Type.Integer() }), {
      description: 'Empty, or something was lost or doubled.',
    }),
    streams: Type.Array(
      closedObject({
        instance: Type.String(),
        device: NullableText,
        state: Type.String(),
        since: At,
        lastMessageAt: MaybeAt,
        lastError: NullableText,
      }),
    ),
    audit: closedObject({ entries: Type.Integer(), signedTo: Type.Union([Type.Integer(), Type.Null()]) }),
  },
  { title: 'Status' },
);

const status = route({
  id: 'status',
  method: 'GET',
  path: '/status',
  tag,
  summary: 'How the whole stands',
  needs,
  answer: StatusView,
  async run({ operations }) {
    const found = await operations.status();
    const { counts } = found;
    return {
      at: iso(found.at),
      ready: found.ready,
      stages: found.stages.map(({ stage, lastAt, stalled, lastError }) => ({
        stage,
        lastAt: iso(lastAt),
        stalled,
        lastError,
      })),
      disk: found.disk === null ? null : { since: iso(found.disk.since), reason: found.disk.reason },
      raw: counts.raw,
      values: counts.values,
      findings: counts.findings,
      submissions: counts.submissions,
      notices: counts.notices,
      openAlerts: counts.openAlerts,
      imbalances: found.conservation.imbalances,
      streams: found.streams.map(({ since, lastMessageAt, ...stream }) => ({
        ...stream,
        since: iso(since),
        lastMessageAt: isoOrNull(lastMessageAt),
      })),
      audit: { entries: found.audit.entries, signedTo: found.audit.signed?.seq ?? null },
    };
  },
});

const readiness = route({
  id: 'readiness',
  method: 'GET',
  path: '/readiness',
  tag,
  summary: 'Whether work moves, and what does not',
  needs,
  answer: closedObject(
    {
      ready: Type.Boolean(),
      stalled: Type.Array(closedObject({ stage: Type.String(), lastError: NullableText })),
      disk: Type.Union([closedObject({ since: At, reason: Type.String() }), Type.Null()]),
    },
    { title: 'Readiness' },
  ),
  run: async ({ services }) => {
    const { ready, stalled, disk } = readinessOf(services);
    return { ready, stalled, disk: disk === null ? null : { since: iso(disk.since), reason: disk.reason } };
  },
});

const ProviderView = closedObject(
  {
    name: Type.String({ description: 'Instance.' }),
    plugin: Type.String(),
    version: Type.String(),
    capabilities: Anything,
    devices: closedObject({
      total: Type.Integer(),
      ok: Type.Integer(),
      offline: Type.Integer(),
      silent: Type.Integer(),
    }),
    mode: Type.String({ description: 'on, off, or testing: read and shown, never reported.' }),
    lastContact: MaybeAt,
    lastTrouble: Type.Union(
      [closedObject({ at: At, device: Type.String(), kind: Type.String(), message: Type.String() }), Type.Null()],
      { description: 'The newest failure, also when it is over.' },
    ),
    lastArrival: MaybeAt,
    troubles: Type.Array(closedObject({ alert: Type.String(), rule: Type.String(), since: At, reason: NullableText }), {
      description: 'Open alerts of the instance, its credentials or devices.',
    }),
  },
  { title: 'Provider' },
);

const alertsAtMost = 1_000;

const providers = route({
  id: 'listProviders',
  method: 'GET',
  path: '/providers',
  tag,
  summary: 'Provider instances and how they stand',
  needs,
  answer: closedObject({ items: Type.Array(ProviderView) }, { title: 'Providers' }),
  async run({ services, operations }) {
    const { plugins, domain, store } = services;
    const standing = new Map((await operations.providers()).map((one) => [one.instance, one]));
    const contacts = await readContacts(services);
    const alerts = await store.read.openAlerts({ limit: alertsAtMost });
    const items = await Promise.all(
      [...plugins.providers.values()].map(async ({ name, definition, capabilities }) => {
        const devices = [...domain.devices.values()].filter(({ provider }) => provider === name);
        const each = devices.map((device) => contacts.of(device).health);
        const own = new Set([`provider:${name}`, ...devices.map(({ id }) => `device:${id}`)]);
        const trouble = standing.get(name)?.lastTrouble ?? null;
        const [newest] = await store.read.pageRaw({ instance: name }, { limit: 1 });
        return {
          name,
          plugin: definition.id,
          version: definition.version,
          capabilities,
          devices: {
            total: devices.length,
            ok: each.filter((one) => one === 'OK').length,
            offline: each.filter((one) => one === 'OFFLINE').length,
            silent: each.filter((one) => one === 'never reported').length,
          },
          mode: standing.get(name)?.mode ?? 'on',
          lastTrouble: trouble === null ? null : { ...trouble, at: iso(trouble.at) },
          lastContact: isoOrNull(contacts.together(devices).lastContact),
          lastArrival: isoOrNull(newest?.receivedAt),
          troubles: alerts
            .filter(({ subject }) => own.has(subject) || subject.startsWith(`credential:${name}/`))
            .map(({ id, rule, openedAt, facts }) => ({
              alert: id,
              rule,
              since: iso(openedAt),
              reason: facts['reason'] ?? null,
            })),
        };
      }),
    );
    return { items };
  },
});

const PluginView = closedObject(
  { name: Type.String(), plugin: Type.String(), version: Type.String() },
  { title: 'Plugin' },
);

const plugins = route({
  id: 'listPlugins',
  method: 'GET',
  path: '/plugins',
  tag,
  summary: 'Targets, notifiers and rules that are configured',
  needs,
  answer: closedObject(
    { targets: Type.Array(PluginView), notifiers: Type.Array(PluginView), rules: Type.Array(PluginView) },
    { title: 'Plugins' },
  ),
  run: async ({ services: { plugins: all } }) => {
    const view = ({ name, definition }: { name: string; definition: { id: string; version: string } }) => ({
      name,
      plugin: definition.id,
      version: definition.version,
    });
    return {
      targets: [...all.targets.values()].map(view),
      notifiers: [...all.notifiers.values()].map(view),
      rules: all.rules.map(view),
    };
  },
});

const reads = route({
  id: 'listReads',
  method: 'GET',
  path: '/reads',
  tag,
  summary: 'Reads that are planned or were: gaps and backfills, by id',
  needs,
  query: closedObject({
    ...paging,
    device: Type.Optional(IdText('Of this device.')),
    state: Type.Optional(Type.Array(Type.Enum(['open', 'done', 'failed']), { maxItems: 3 })),
  }),
  answer: pageOf(ReadView, 'PlannedReads'),
  async run({ query, services }) {
    const [after = ''] = readCursor('reads', query.cursor, ['string']) ?? [];
    const rows = await services.store.read.pageReads({
      after,
      ...(query.device === undefined ? {} : { device: query.device }),
      ...(query.state === undefined ? {} : { states: query.state }),
      limit: query.limit + 1,
    });
    return page(rows, query.limit, readView, 'reads', ({ id }) => [id]);
  },
});

const backfill = route({
  id: 'backfill',
  method: 'POST',
  path: '/points/{point}/backfill',
  tag,
  summary: 'Read a span of a point again',
  needs: 'values:write',
  params: closedObject({ point: IdText('Id of the point.') }),
  body: closedObject({ from: Instant('At or after.'), to: Instant('Before.') }),
  answer: closedObject({ reads: Type.Integer({ description: 'That were planned.' }) }, { title: 'Backfill' }),
  async run({ params, body, operations, sight }) {
    if (sight.point(params.point) === undefined) throw notFound('such point');
    return operations.backfill({
      point: params.point,
      from: instantOf(body.from, '/body/from'),
      to: instantOf(body.to, '/body/to'),
    });
  },
});

const reprocess = route({
  id: 'reprocess',
  method: 'POST',
  path: '/reprocess',
  tag,
  summary: 'Decode and judge raw records again, after a fix',
  description: 'Of a point, a device, an instance or a span of arrival. Values that change leave a revision.',
  needs: 'values:write',
  body: closedObject(
    {
      point: Type.Optional(IdText('All devices of a point, judged anew.')),
      device: Type.Optional(IdText('One device.')),
      instance: Type.Optional(IdText('One provider instance.')),
      from: Type.Optional(Instant('Arrived at or after.')),
      to: Type.Optional(Instant('Arrived before.')),
      failed: Type.Optional(Type.Boolean({ description: 'Only those that could not be read.' })),
    },
    { minProperties: 1 },
  ),
  answer: closedObject({ records: Type.Integer(), points: Type.Integer() }, { title: 'Reprocess' }),
  async run({ body, operations, sight }) {
    const { from, to, failed, ...rest } = body;
    if (rest.point !== undefined && sight.point(rest.point) === undefined) throw notFound('such point');
    return operations.reprocess({
      ...rest,
      ...(from === undefined ? {} : { from: instantOf(from, '/body/from') }),
      ...(to === undefined ? {} : { to: instantOf(to, '/body/to') }),
      ...(failed === true ? { status: ['FAILED'] } : {}),
    });
  },
});

const enter = route({
  id: 'enterReadings',
  method: 'POST',
  path: '/entries',
  tag,
  summary: 'Hand in typed readings or a file of them',
  description: 'Kept and processed like any raw record. The provider instance says which media types it takes.',
  needs: 'values:write',
  large: true,
  status: 201,
  body: closedObject({
    instance: IdText('Provider instance that takes what people hand in.'),
    device: Type.Optional(IdText('Where all of it is of one device.')),
    mediaType: Type.String({ minLength: 1, maxLength: 200, examples: ['text/csv'] }),
    base64: Type.String({
      minLength: 1,
      pattern: '^[A-Za-z0-9+/]+={0,2}$',
      description: 'The body, as base64.',
    }),
    note: Type.String({ minLength: 1, maxLength: 2_000, pattern: '\\S', description: 'Where it comes from, and why.' }),
  }),
  answer: closedObject({ raw: Type.String({ description: 'Id of the raw record.' }) }, { title: 'Entered' }),
  run: async ({ body: { base64, ...rest }, operations, principal }) =>
    operations.enter({ ...rest, body: { base64 }, author: `${principal.actor} ${principal.name}`.slice(0, 200) }),
});

export const systemRoutes: readonly Route[] = [
  status,
  readiness,
  providers,
  plugins,
  reads,
  backfill,
  reprocess,
  enter,
];
