import { closedObject, Type } from '@caudal/core';
import { authorNames } from '../../access/author-names.ts';
import { instantOf, spanOf } from '../instant.ts';
import { page, pageOf, paging, readCursor } from '../page.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { At, FlagNumber, IdText, Instant, iso, NullableNumber, SeriesText, span } from '../schemas/parts.ts';
import {
  CorrectionView,
  correctionView,
  FindingView,
  findingView,
  RevisionView,
  standingView,
  StandingView,
  ValueView,
  valueView,
} from '../schemas/values.ts';
import type { Sight } from '../sight.ts';

const tag = 'Values';
const needs = 'values:read' as const;

const ofSeries = closedObject({ point: IdText('Id of the point.'), variable: IdText('Variable of the point.') });

const seriesOf = (sight: Sight, { point, variable }: { readonly point: string; readonly variable: string }) => {
  const found = sight.one(`${point}/${variable}`);
  if (found === undefined) throw notFound('such series');
  return found;
};

const latest = route({
  id: 'latestValues',
  method: 'GET',
  path: '/values/latest',
  tag,
  summary: 'The newest value of each series in sight',
  needs,
  query: closedObject({ ...paging, point: Type.Optional(IdText('Of this point.')) }),
  answer: pageOf(ValueView, 'LatestValues'),
  async run({ query, services, sight }) {
    const [after] = readCursor('latest', query.cursor, ['string']) ?? [''];
    const ids = sight.all.series
      .filter(({ point }) => query.point === undefined || point === query.point)
      .map(({ id }) => id)
      .filter((id) => id > after)
      .toSorted();
    const asked = ids.slice(0, query.limit);
    const found = await services.store.read.valuesAt(
      asked.map((series) => ({ series, from: -Infinity, to: Infinity })),
    );
    const last = asked.at(-1);
    const { next } = page(
      ids.slice(0, query.limit + 1),
      query.limit,
      (id) => id,
      'latest',
      (id) => [id],
    );
    return {
      items: found.flatMap((row) => (row === null ? [] : [valueView(row, sight.one(row.series)?.unit)])),
      next: last === undefined ? null : next,
    };
  },
});

const list = route({
  id: 'listValues',
  method: 'GET',
  path: '/series/{point}/{variable}/values',
  tag,
  summary: 'Values of a series, by instant',
  needs,
  params: ofSeries,
  query: closedObject({
    ...paging,
    limit: Type.Integer({ minimum: 1, maximum: 5_000, default: 500, description: 'At most so many.' }),
    ...span,
    sort: Type.Enum(['at', '-at'], { default: 'at', description: 'Oldest or newest first.' }),
    flag: Type.Optional(Type.Array(FlagNumber, { maxItems: 5, description: 'One of these.' })),
  }),
  answer: pageOf(ValueView, 'Values'),
  async run({ params, query, services, sight }) {
    const series = seriesOf(sight, params);
    const { from, to } = spanOf(query);
    const order = query.sort === 'at' ? 'asc' : 'desc';
    const name = `values ${series.id} ${query.sort}`;
    const [after] = readCursor(name, query.cursor, ['number']) ?? [];
    const past = after === undefined ? {} : order === 'asc' ? { from: after + 1 } : { to: after };
    const rows = await services.store.read.pageValues({
      series: series.id,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...past,
      ...(query.flag === undefined ? {} : { flags: query.flag }),
      order,
      limit: query.limit + 1,
    });
    return page(
      rows,
      query.limit,
      (row) => valueView(row, series.unit),
      name,
      ({ at }) => [at],
    );
  },
});

const at = route({
  id: 'valueAt',
  method: 'GET',
  path: '/series/{point}/{variable}/at',
  tag,
  summary: 'The last value at or before an instant, and what stood there before',
  needs,
  params: ofSeries,
  query: closedObject({
    at: Instant('When.'),
    toleranceMinutes: Type.Number({ minimum: 0, maximum: 525_600, default: 60, description: 'How old it may be.' }),
  }),
  answer: closedObject(
    { value: Type.Union([ValueView, Type.Null()]), revisions: Type.Array(RevisionView) },
    { title: 'ValueAt' },
  ),
  async run({ params, query, services: { store }, sight }) {
    const series = seriesOf(sight, params);
    const to = instantOf(query.at, '/query/at');
    const [row = null] = await store.read.valuesAt([
      { series: series.id, from: to - query.toleranceMinutes * 60_000, to },
    ]);
    if (row === null) return { value: null, revisions: [] };
    const revisions = await store.read.revisions(series.id, row.at);
    return {
      value: valueView(row, series.unit),
      revisions: revisions.map((one) => ({ ...valueView(one, series.unit), replacedAt: iso(one.replacedAt) })),
    };
  },
});

const year = 366 * 86_400_000;
const Numbers = Type.Array(Type.Integer());

const chart = route({
  id: 'chart',
  method: 'GET',
  path: '/series/{point}/{variable}/chart',
  tag,
  summary: 'A series drawn small: minimum, maximum and mean of equal spans',
  description:
    'Columns of equal length, one row for each flag that a span holds, so that what is suspect is seen and is in no good value’s mean. Without from and to, all there is.',
  needs,
  params: ofSeries,
  query: closedObject({
    ...span,
    buckets: Type.Integer({ minimum: 1, maximum: 4_000, default: 800, description: 'About as many as pixels.' }),
  }),
  answer: closedObject(
    {
      series: Type.String(),
      unit: Type.String(),
      from: At,
      to: At,
      widthMs: Type.Integer({ description: 'Of one span.' }),
      at: Type.Array(Type.Integer(), { description: 'Start of the span, UTC milliseconds.' }),
      flag: Numbers,
      count: Numbers,
      min: Type.Array(NullableNumber),
      max: Type.Array(NullableNumber),
      mean: Type.Array(NullableNumber),
    },
    { title: 'Chart' },
  ),
  async run({ params, query, services: { store, clock }, sight }) {
    const series = seriesOf(sight, params);
    const asked = spanOf(query);
    const [extent] =
      asked.from === undefined || asked.to === undefined ? await store.read.extents([series.id]) : [undefined];
    const to = asked.to ?? (extent === undefined ? clock.now() : extent.last + 1);
    const from = asked.from ?? extent?.first ?? to - year;
    if (!(from < to))
      throw new Refusal('invalid', 'the span ends before it begins', {
        issues: [{ path: '/query/to', message: 'is not after from' }],
      });
    const widthMs = Math.max(1, Math.ceil((to - from) / query.buckets));
    const count = Math.ceil((to - from) / widthMs);
    const { bucket, ...columns } = await store.read.chart({ series: series.id, from, widthMs, buckets: count });
    return {
      series: series.id,
      unit: series.unit,
      from: iso(from),
      to: iso(to),
      widthMs,
      at: bucket.map((index) => from + index * widthMs),
      ...columns,
    };
  },
});

const place = ['number', 'string', 'string', 'string'] as const;

const judgement = {
  ...paging,
  ...span,
  point: Type.Optional(IdText('Of this point.')),
  series: Type.Optional(SeriesText),
};

/** Of a filter, never more than is in sight. */
const pointsIn = (sight: Sight, point: string | undefined) =>
  point === undefined ? sight.points : sight.points === null || sight.points.includes(point) ? [point] : [];

const findings = route({
  id: 'listFindings',
  method: 'GET',
  path: '/findings',
  tag,
  summary: 'What rules found, newest beginning first',
  needs,
  query: closedObject({
    ...judgement,
    code: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { maxItems: 50 })),
  }),
  answer: pageOf(FindingView, 'Findings'),
  async run({ query, services, sight }) {
    const [from, point, rule, key] = readCursor('findings', query.cursor, place) ?? [];
    const rows = await services.store.read.pageFindings({
      points: pointsIn(sight, query.point),
      ...(query.series === undefined ? {} : { series: query.series }),
      ...(query.code === undefined ? {} : { codes: query.code }),
      ...spanOf(query),
      ...(from === undefined ? {} : { after: { from, point, rule, key } as never }),
      limit: query.limit + 1,
    });
    return page(rows, query.limit, findingView, 'findings', (row) => [row.from, row.point, row.rule, row.key]);
  },
});

const corrections = route({
  id: 'listCorrections',
  method: 'GET',
  path: '/corrections',
  tag,
  summary: 'What is shown otherwise than read, newest beginning first',
  needs,
  query: closedObject(judgement),
  answer: pageOf(CorrectionView, 'Corrections'),
  async run({ query, services, sight }) {
    const [from, point, rule, key] = readCursor('corrections', query.cursor, place) ?? [];
    const rows = await services.store.read.pageCorrections({
      points: pointsIn(sight, query.point),
      ...(query.series === undefined ? {} : { series: query.series }),
      ...spanOf(query),
      ...(from === undefined ? {} : { after: { from, point, rule, key } as never }),
      limit: query.limit + 1,
    });
    return page(rows, query.limit, correctionView, 'corrections', (row) => [row.from, row.point, row.rule, row.key]);
  },
});

const standing = route({
  id: 'seriesCorrections',
  method: 'GET',
  path: '/series/{point}/{variable}/corrections',
  tag,
  summary: 'Corrections of a series as they stand: proposed by rules, decided on and written by people',
  needs,
  params: ofSeries,
  query: closedObject({
    limit: Type.Integer({ minimum: 1, maximum: 2_000, default: 500, description: 'The newest so many.' }),
  }),
  answer: closedObject(
    {
      items: Type.Array(StandingView),
      total: Type.Integer({ description: 'How many there are.' }),
    },
    { title: 'StandingCorrections' },
  ),
  async run({ params, query, operations, services: { kept, store }, sight }) {
    const { id } = seriesOf(sight, params);
    const found = (await operations.corrections({ series: id })).toSorted((a, b) => b.from - a.from);
    const shown = found.slice(0, query.limit).map((row) => ({
      row,
      said: row.said === null ? null : kept.get('corrections', row.said),
    }));
    const nameOf = await authorNames(
      store,
      shown.map(({ said }) => said?.author ?? null),
    );
    return { items: shown.map(({ row, said }) => standingView(row, said, nameOf)), total: found.length };
  },
});

export const valueRoutes: readonly Route[] = [latest, list, at, chart, findings, corrections, standing];
