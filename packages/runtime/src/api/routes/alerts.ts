import { closedObject, Type } from '@caudal/core';
import type { Services } from '../../services.ts';
import type { AlertRow } from '../../store/rows.ts';
import { spanOf } from '../instant.ts';
import { page, pageOf, paging, readCursor } from '../page.ts';
import { notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { AlertView, alertView, Severity } from '../schemas/alerts.ts';
import { IdText, span, StoredId } from '../schemas/parts.ts';
import type { Sight } from '../sight.ts';

const tag = 'Alerts';
const needs = 'alerts:read' as const;

const list = route({
  id: 'listAlerts',
  method: 'GET',
  path: '/alerts',
  tag,
  summary: 'Alerts, newest first',
  description: 'Who has given points sees the alerts of these; those of the system are of no point.',
  needs,
  query: closedObject({
    ...paging,
    ...span,
    open: Type.Optional(Type.Boolean({ description: 'Those that have not ended, or those that have.' })),
    point: Type.Optional(IdText('Of this point.')),
    event: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { maxItems: 20 })),
    severity: Type.Optional(Type.Array(Severity, { maxItems: 3 })),
  }),
  answer: pageOf(AlertView, 'Alerts'),
  async run({ query, services, sight }) {
    const [openedAt, id] = readCursor('alerts', query.cursor, ['number', 'string']) ?? [];
    const points =
      query.point === undefined
        ? sight.points
        : sight.points === null || sight.points.includes(query.point)
          ? [query.point]
          : [];
    const rows = await services.store.read.pageAlerts({
      points,
      ...(query.open === undefined ? {} : { open: query.open }),
      ...(query.event === undefined ? {} : { events: query.event }),
      ...(query.severity === undefined ? {} : { severities: query.severity }),
      ...spanOf(query),
      ...(openedAt === undefined || id === undefined ? {} : { after: { openedAt, id } }),
      limit: query.limit + 1,
    });
    return page(rows, query.limit, alertView, 'alerts', (row) => [row.openedAt, row.id]);
  },
});

const seen = async (id: string, { store }: Services, { points }: Sight): Promise<AlertRow> => {
  const [row] = await store.read.alerts([id]);
  if (row === undefined || (points !== null && (row.point === null || !points.includes(row.point))))
    throw notFound('such alert');
  return row;
};

const get = route({
  id: 'getAlert',
  method: 'GET',
  path: '/alerts/{alert}',
  tag,
  summary: 'One alert',
  needs,
  params: closedObject({ alert: StoredId }),
  answer: AlertView,
  async run({ params, services, sight }) {
    return alertView(await seen(params.alert, services, sight));
  },
});

const acknowledge = route({
  id: 'acknowledgeAlert',
  method: 'POST',
  path: '/alerts/{alert}/ack',
  tag,
  summary: 'Take note of an alert: it is told, repeated and escalated no more',
  description: 'The first one stays. An alert of a failure that has to be reported ends by it.',
  needs: 'alerts:write',
  params: closedObject({ alert: StoredId }),
  body: closedObject({ note: Type.Optional(Type.String({ maxLength: 2_000, description: 'What you know or do.' })) }),
  answer: AlertView,
  async run({ params, body, services, sight, operations, principal }) {
    await seen(params.alert, services, sight);
    return alertView(await operations.ackAlert({ alert: params.alert, ...body, name: principal.name }));
  },
});

export const alertRoutes: readonly Route[] = [list, get, acknowledge];
