import { closedObject, Type } from '@caudal/core';
import { named } from '../../access/author-names.ts';
import type { AuditEntry } from '../../store/rows.ts';
import { spanOf } from '../instant.ts';
import { page, pageOf, paging, readCursor } from '../page.ts';
import { notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { IdText, isoOrNull, span, StoredId } from '../schemas/parts.ts';
import {
  AuditView,
  auditView,
  NoticeView,
  noticeView,
  RawDetail,
  RawHead,
  rawHead,
  RawStatusName,
  UnclaimedView,
} from '../schemas/system.ts';

const tag = 'Records';

const listRaw = route({
  id: 'listRaw',
  method: 'GET',
  path: '/raw',
  tag,
  summary: 'Raw records, newest arrival first',
  needs: 'raw:read',
  query: closedObject({
    ...paging,
    ...span,
    instance: Type.Optional(IdText('Of this provider instance.')),
    device: Type.Optional(IdText('Of this device.')),
    status: Type.Optional(Type.Array(RawStatusName, { maxItems: 5 })),
  }),
  answer: pageOf(RawHead, 'RawRecords'),
  async run({ query, services }) {
    const [before] = readCursor('raw', query.cursor, ['number']) ?? [];
    const { limit, cursor: _cursor, from: _from, to: _to, ...filter } = query;
    const rows = await services.store.read.pageRaw(
      { ...filter, ...spanOf(query) },
      { limit: limit + 1, ...(before === undefined ? {} : { before }) },
    );
    return page(rows, limit, rawHead, 'raw', ({ seq }) => [seq]);
  },
});

const one = closedObject({ raw: StoredId });

const getRaw = route({
  id: 'getRaw',
  method: 'GET',
  path: '/raw/{raw}',
  tag,
  summary: 'One raw record with its envelope',
  needs: 'raw:read',
  params: one,
  answer: RawDetail,
  async run({ params, services }) {
    const row = await services.store.read.raw(params.raw);
    if (row === null) throw notFound('such raw record');
    return { ...rawHead({ ...row, bytes: row.body.byteLength }), envelope: row.envelope };
  },
});

const rawBody = route({
  id: 'getRawBody',
  method: 'GET',
  path: '/raw/{raw}/body',
  tag,
  summary: 'The body, byte for byte, as a file',
  description:
    'Always as application/octet-stream: what a vendor sent is not to be opened by a browser as what it says it is.',
  needs: 'raw:read',
  params: one,
  content: ['application/octet-stream'],
  async run({ params, services }) {
    const row = await services.store.read.raw(params.raw);
    if (row === null) throw notFound('such raw record');
    return {
      contentType: 'application/octet-stream',
      headers: { 'content-disposition': `attachment; filename="${row.id.replaceAll(/[^\w.-]/g, '_')}.bin"` },
      body: Buffer.from(row.body),
    };
  },
});

const unclaimed = route({
  id: 'listUnclaimed',
  method: 'GET',
  path: '/unclaimed',
  tag,
  summary: 'Readings that no binding wants, the last seen first',
  needs: 'system:read',
  query: closedObject({
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 200, description: 'At most so many.' }),
  }),
  answer: closedObject({ items: Type.Array(UnclaimedView) }, { title: 'UnclaimedList' }),
  run: async ({ query, services }) => ({
    items: (await services.store.read.unclaimed(query.limit)).map(({ lastAt, ...row }) => ({
      ...row,
      lastAt: isoOrNull(lastAt),
    })),
  }),
});

const notices = route({
  id: 'listNotices',
  method: 'GET',
  path: '/notices',
  tag,
  summary: 'Who was told what, and whether it arrived, newest first',
  needs: 'system:read',
  query: closedObject({
    ...paging,
    person: Type.Optional(IdText('To this person.')),
    state: Type.Optional(Type.Array(Type.Enum(['pending', 'sending', 'sent', 'failed']), { maxItems: 4 })),
  }),
  answer: pageOf(NoticeView, 'Notices'),
  async run({ query, services: { store } }) {
    const [createdAt, id] = readCursor('notices', query.cursor, ['number', 'string']) ?? [];
    const rows = await store.read.pageNotices({
      ...(query.person === undefined ? {} : { person: query.person }),
      ...(query.state === undefined ? {} : { states: query.state }),
      ...(createdAt === undefined || id === undefined ? {} : { after: { createdAt, id } }),
      limit: query.limit + 1,
    });
    const reports = Map.groupBy(
      rows.length === 0 ? [] : await store.read.deliveries(rows.map((row) => row.id)),
      ({ notice }) => notice,
    );
    return page(
      rows,
      query.limit,
      (row) => noticeView(row, reports.get(row.id) ?? []),
      'notices',
      (row) => [row.createdAt, row.id],
    );
  },
});

const audit = route({
  id: 'listAudit',
  method: 'GET',
  path: '/audit',
  tag,
  summary: 'Who did what, newest first',
  needs: 'audit:read',
  query: closedObject({
    ...paging,
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: 'About this alone.' })),
  }),
  answer: pageOf(AuditView, 'Audit'),
  async run({ query, services }) {
    const [before] = readCursor('audit', query.cursor, ['number']) ?? [];
    const { store } = services;
    const rows = await store.read.pageAudit({
      ...(query.subject === undefined ? {} : { subject: query.subject }),
      ...(before === undefined ? {} : { before }),
      limit: query.limit + 1,
    });
    const entries = await named(
      store,
      rows.map((row) => ({ ...(JSON.parse(row.entry) as AuditEntry), row })),
      ({ actor }) => actor,
    );
    return page(
      entries,
      query.limit,
      ({ row, ...entry }) => auditView(entry, row),
      'audit',
      ({ row }) => [row.seq],
    );
  },
});

export const recordRoutes: readonly Route[] = [listRaw, getRaw, rawBody, unclaimed, notices, audit];
