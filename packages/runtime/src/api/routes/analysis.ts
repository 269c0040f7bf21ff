import { closedObject, Type } from '@caudal/core';
import type { Extreme } from '@caudal/quality';
import { anomaliesOf, forecastOf, seasons, trendOf } from '../../operate/analyse/outlook.ts';
import { pointReport } from '../../operate/analyse/report.ts';
import { type WindowState, statesOf } from '../../operate/analyse/states.ts';
import { type WindowVolume, volumesOf } from '../../operate/analyse/volumes.ts';
import { useOfRight } from '../../operate/analyse/water-right.ts';
import { windowNames } from '../../operate/analyse/windows.ts';
import { instantOf } from '../instant.ts';
import { notFound, Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { At, FlagNumber, IdText, Instant, iso, isoOrNull, MaybeAt, NullableNumber } from '../schemas/parts.ts';
import type { Sight } from '../sight.ts';

const tag = 'Analysis';
const needs = 'values:read' as const;

const ofSeries = closedObject({ point: IdText('Id of the point.'), variable: IdText('Variable of the point.') });
const ofPoint = closedObject({ point: IdText('Id of the point.') });

const seriesOf = (sight: Sight, { point, variable }: { readonly point: string; readonly variable: string }) => {
  const found = sight.one(`${point}/${variable}`);
  if (found === undefined) throw notFound('such series');
  return found;
};

const pointOf = (sight: Sight, id: string) => {
  const found = sight.point(id);
  if (found === undefined) throw notFound('such point');
  return found;
};

const needed = { from: Instant('At or after.'), to: Instant('Before.') };
const windowed = closedObject({
  ...needed,
  window: Type.Enum([...windowNames], { default: 'day', description: 'Days and longer are those of the zone.' }),
  zone: Type.Optional(
    Type.String({
      maxLength: 60,
      pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
      description: 'IANA zone; default: the point’s, or America/Santiago.',
    }),
  ),
});

const zoneOf = (zone: string | undefined, point: { readonly zone?: string | undefined } | undefined) =>
  zone ?? point?.zone ?? 'America/Santiago';

const spanIn = (query: { readonly from: string; readonly to: string }) => {
  const [from, to] = [instantOf(query.from, '/query/from'), instantOf(query.to, '/query/to')];
  if (!(from < to))
    throw new Refusal('invalid', 'the span ends before it begins', {
      issues: [{ path: '/query/to', message: 'is not after from' }],
    });
  return { from, to };
};

const quality = {
  start: At,
  end: At,
  coverage: Type.Number({ description: 'Share of the window between values not too far apart, 0 to 1.' }),
  flag: FlagNumber,
};
const ExtremeView = Type.Union([closedObject({ at: At, value: Type.Number() }), Type.Null()]);
const extreme = (found: Extreme | null) => (found === null ? null : { at: iso(found.at), value: found.value });

const VolumeWindow = closedObject({
  ...quality,
  volume: Type.Union([Type.Number(), Type.Null()], { description: 'Unit of the series; null where nothing is known.' }),
  gapVolume: Type.Number({ description: 'The part of it that flowed in a gap: not known when.' }),
  meanLps: NullableNumber,
});
const volumeWindow = ({ start, end, ...rest }: WindowVolume) => ({ start: iso(start), end: iso(end), ...rest });

const StateWindow = closedObject({
  ...quality,
  mean: Type.Union([Type.Number(), Type.Null()], { description: 'By time, over what is covered.' }),
  sum: Type.Union([Type.Number(), Type.Null()], { description: 'Of amounts; null for states.' }),
  min: ExtremeView,
  max: ExtremeView,
  last: ExtremeView,
  samples: Type.Integer(),
});
const stateWindow = ({ start, end, min, max, last, ...rest }: WindowState) => ({
  start: iso(start),
  end: iso(end),
  min: extreme(min),
  max: extreme(max),
  last: extreme(last),
  ...rest,
});

const common = { series: Type.String(), unit: Type.String() };
const Volumes = closedObject(
  {
    ...common,
    windows: Type.Array(VolumeWindow),
    unattributed: Type.Number({ description: 'What flowed over an edge in a gap: it belongs to no window.' }),
  },
  { title: 'Volumes' },
);
const States = closedObject({ ...common, windows: Type.Array(StateWindow) }, { title: 'States' });

const volumes = route({
  id: 'volumes',
  method: 'GET',
  path: '/series/{point}/{variable}/volumes',
  tag,
  summary: 'What a total added in each window',
  description:
    'Volumes of neighbouring windows, with what is unattributed, add up to what the register rose. Nothing is extrapolated.',
  needs,
  params: ofSeries,
  query: windowed,
  answer: Volumes,
  async run({ params, query, services, sight }) {
    const { id, point } = seriesOf(sight, params);
    const zone = zoneOf(query.zone, sight.point(point));
    const found = await volumesOf(services, { series: id, window: query.window, zone, ...spanIn(query) });
    return { ...found, windows: found.windows.map(volumeWindow) };
  },
});

const states = route({
  id: 'states',
  method: 'GET',
  path: '/series/{point}/{variable}/states',
  tag,
  summary: 'Mean by time and extremes of each window',
  needs,
  params: ofSeries,
  query: windowed,
  answer: States,
  async run({ params, query, services, sight }) {
    const { id, point } = seriesOf(sight, params);
    const zone = zoneOf(query.zone, sight.point(point));
    const found = await statesOf(services, { series: id, window: query.window, zone, ...spanIn(query) });
    return { ...found, windows: found.windows.map(stateWindow) };
  },
});

const report = route({
  id: 'pointReport',
  method: 'GET',
  path: '/points/{point}/report',
  tag,
  summary: 'What a point did, window by window, and how its slots stand',
  needs,
  params: ofPoint,
  query: windowed,
  answer: closedObject(
    {
      point: Type.String(),
      zone: Type.String(),
      window: Type.Enum([...windowNames]),
      from: At,
      to: At,
      totals: Type.Array(Volumes),
      states: Type.Array(States),
      submissions: Type.Array(
        closedObject({
          obligation: Type.String(),
          target: Type.String(),
          work: Type.String(),
          states: Type.Record(Type.String(), Type.Integer()),
        }),
        { description: 'Of obligations in sight; empty without the right to see them.' },
      ),
    },
    { title: 'PointReport' },
  ),
  async run({ params, query, services, sight, principal }) {
    const point = pointOf(sight, params.point);
    const found = await pointReport(services, {
      point: point.id,
      window: query.window,
      zone: zoneOf(query.zone, point),
      ...spanIn(query),
    });
    return {
      ...found,
      from: iso(found.from),
      to: iso(found.to),
      totals: found.totals.map((one) => ({ ...one, windows: one.windows.map(volumeWindow) })),
      states: found.states.map((one) => ({ ...one, windows: one.windows.map(stateWindow) })),
      submissions: principal.may.has('compliance:read')
        ? found.submissions.filter(({ obligation }) => sight.obligation(obligation) !== undefined)
        : [],
    };
  },
});

const right = route({
  id: 'waterRight',
  method: 'GET',
  path: '/points/{point}/water-right',
  tag,
  summary: 'How much of its water right a point has used this year',
  needs,
  params: ofPoint,
  answer: closedObject(
    {
      point: Type.String(),
      year: closedObject({ from: At, to: At }),
      granted: closedObject({ volumeM3: NullableNumber, flowLps: NullableNumber }),
      usedM3: NullableNumber,
      share: Type.Union([Type.Number(), Type.Null()], { description: 'Of the granted volume, 0 to 1 and above.' }),
      coverage: Type.Number({ description: 'Of the elapsed year.' }),
      usedUp: Type.Union([closedObject({ at: At, earliest: MaybeAt, latest: MaybeAt }), Type.Null()], {
        description: 'At the pace of the last 30 days.',
      }),
      peakLps: ExtremeView,
      hoursAboveRight: Type.Union([Type.Integer(), Type.Null()]),
    },
    { title: 'UseOfRight' },
  ),
  async run({ params, services, sight }) {
    const { year, usedUp, peakLps, ...rest } = await useOfRight(services, { point: pointOf(sight, params.point).id });
    return {
      ...rest,
      year: { from: iso(year.from), to: iso(year.to) },
      usedUp:
        usedUp === null
          ? null
          : { at: iso(usedUp.at), earliest: isoOrNull(usedUp.earliest), latest: isoOrNull(usedUp.latest) },
      peakLps: extreme(peakLps),
    };
  },
});

const trendRoute = route({
  id: 'trend',
  method: 'GET',
  path: '/series/{point}/{variable}/trend',
  tag,
  summary: 'Whether a series rises or falls, how fast, and when it meets a limit',
  description: 'Theil–Sen slope with its interval, and the Mann–Kendall test with regard to values that are alike.',
  needs,
  params: ofSeries,
  query: closedObject({
    ...needed,
    limit: Type.Optional(Type.Number({ description: 'Unit of the series: when the line meets it.' })),
  }),
  answer: closedObject(
    {
      ...common,
      values: Type.Integer(),
      slopePerDay: Type.Number(),
      slopeLow: Type.Number(),
      slopeHigh: Type.Number(),
      direction: Type.Enum(['increasing', 'decreasing', 'none']),
      p: Type.Number(),
      span: Type.Union([Type.String(), Type.Null()], { description: 'Whose medians were used; null: the values.' }),
      crossing: Type.Union([closedObject({ at: MaybeAt, earliest: MaybeAt, latest: MaybeAt }), Type.Null()], {
        description: 'Null ends: never, as the line goes.',
      }),
    },
    { title: 'Trend' },
  ),
  async run({ params, query, services, sight }) {
    const { id } = seriesOf(sight, params);
    const { unit, values, trend, crossing } = await trendOf(services, {
      series: id,
      limit: query.limit,
      ...spanIn(query),
    });
    return {
      series: id,
      unit,
      values,
      slopePerDay: trend.slopePerDay,
      slopeLow: trend.slopeLow,
      slopeHigh: trend.slopeHigh,
      direction: trend.test.trend,
      p: trend.test.p,
      span: trend.span,
      crossing:
        crossing === null
          ? null
          : { at: isoOrNull(crossing.at), earliest: isoOrNull(crossing.earliest), latest: isoOrNull(crossing.latest) },
    };
  },
});

const forecastRoute = route({
  id: 'forecast',
  method: 'GET',
  path: '/series/{point}/{variable}/forecast',
  tag,
  summary: 'What a series will be, with an interval, and how good such forecasts were',
  description: 'Needs three seasons; `skill` compares it with "as last season": 1 is no better.',
  needs,
  params: ofSeries,
  query: closedObject({
    ...needed,
    season: Type.Enum(Object.keys(seasons) as (keyof typeof seasons)[], {
      default: 'day',
      description: 'What repeats.',
    }),
    steps: Type.Integer({ minimum: 1, maximum: 400, default: 24, description: 'How many to look ahead.' }),
  }),
  answer: closedObject(
    {
      ...common,
      method: Type.Enum(['holt-winters', 'seasonal-naive']),
      start: At,
      stepMs: Type.Integer(),
      value: Type.Array(NullableNumber),
      low: Type.Array(NullableNumber),
      high: Type.Array(NullableNumber),
      skill: Type.Number(),
      coverage: Type.Number(),
    },
    { title: 'Forecast' },
  ),
  async run({ params, query, services, sight }) {
    const { id } = seriesOf(sight, params);
    const {
      known: _known,
      value,
      low,
      high,
      start,
      ...rest
    } = await forecastOf(services, {
      series: id,
      season: query.season,
      steps: query.steps,
      ...spanIn(query),
    });
    const numbers = (of: Float64Array) => Array.from(of, (one) => (Number.isNaN(one) ? null : one));
    return { ...rest, series: id, start: iso(start), value: numbers(value), low: numbers(low), high: numbers(high) };
  },
});

const anomalies = route({
  id: 'anomalies',
  method: 'GET',
  path: '/series/{point}/{variable}/anomalies',
  tag,
  summary: 'Values far from their neighbours, and levels that changed for good',
  needs,
  params: ofSeries,
  query: closedObject(needed),
  answer: closedObject(
    {
      ...common,
      values: Type.Integer(),
      outliers: Type.Array(closedObject({ at: At, value: Type.Number() })),
      shifts: Type.Array(closedObject({ at: At, size: Type.Number() })),
    },
    { title: 'Anomalies' },
  ),
  async run({ params, query, services, sight }) {
    const { id } = seriesOf(sight, params);
    const { outliers, shifts, ...rest } = await anomaliesOf(services, { series: id, ...spanIn(query) });
    return {
      ...rest,
      series: id,
      outliers: outliers.map(({ at, value }) => ({ at: iso(at), value })),
      shifts: shifts.map(({ at, size }) => ({ at: iso(at), size })),
    };
  },
});

export const analysisRoutes: readonly Route[] = [report, right, volumes, states, trendRoute, forecastRoute, anomalies];
