import {
  defaultUnit,
  findUnit,
  type JsonSchema,
  type Point,
  type Series,
  type SeriesLimits,
  type Unit,
  type VariableKind,
  variableKinds,
} from '@caudal/core';
import type { SeriesSettings } from '@caudal/quality';
import { type MistakeCode, say } from './mistake-words.ts';
import type { Steps } from './property-path.ts';
import { checkValue, type Item, type KnownSeries, lookUp, type World } from './world.ts';
import { isZone } from './zone.ts';

/** Kinds that are measured on more than one scale: turbidity by white light and by infrared do not convert into each other. */
const otherDimensions: Readonly<Record<string, readonly string[]>> = { turbidity: ['turbidity-infrared'] };

const kindOf = (variable: string, series: Series): VariableKind =>
  series.kind ?? variableKinds.find((kind) => kind === variable) ?? 'custom';

const unitNameOf = (kind: VariableKind, { unit }: Series): string =>
  unit ?? (kind === 'custom' ? '' : defaultUnit[kind]);

const fitsKind = (kind: VariableKind, { dimension }: Unit): boolean =>
  kind === 'custom' ||
  dimension === findUnit(defaultUnit[kind])?.dimension ||
  otherDimensions[kind]?.includes(dimension) === true;

const unitOf = (kind: VariableKind, name: string): Unit | undefined => {
  const unit = findUnit(name);
  return unit !== undefined && fitsKind(kind, unit) ? unit : undefined;
};

/** A series with its kind and unit, before anything is said about them. */
const seriesOf = (point: Item<Point>, variable: string, series: Series): KnownSeries => {
  const kind = kindOf(variable, series);
  const unitName = unitNameOf(kind, series);
  const opaque = series.opaqueUnit === true;
  return {
    ...(point.source === undefined ? {} : { source: point.source }),
    steps: [...point.steps, 'series', variable],
    kind,
    unitName,
    opaque,
    unit: opaque ? undefined : unitOf(kind, unitName),
  };
};

/** The series of points, by `point/variable`. */
export const knownSeries = (points: readonly Item<Point>[]): ReadonlyMap<string, KnownSeries> =>
  new Map(
    points.flatMap((point) =>
      Object.entries(point.value.series).map(([variable, series]): [string, KnownSeries] => [
        `${point.value.id}/${variable}`,
        seriesOf(point, variable, series),
      ]),
    ),
  );

/** The series of a point as a profile of rules wants to know them. */
export const seriesSettings = (point: Point): Record<string, SeriesSettings> =>
  Object.fromEntries(
    Object.entries(point.series).map(([variable, series]) => {
      const kind = kindOf(variable, series);
      return [variable, { kind, unit: unitNameOf(kind, series), limits: series.limits ?? {} }];
    }),
  );

/** Pairs of limits that must stand in this order, and what it means when they do not. */
const limitOrder: readonly (readonly [
  keyof SeriesLimits,
  keyof SeriesLimits,
  Extract<MistakeCode, `limits-order-${string}`>,
])[] = [
  ['failBelow', 'failAbove', 'limits-order-fail'],
  ['suspectBelow', 'suspectAbove', 'limits-order-suspect'],
  ['alertBelow', 'alertAbove', 'limits-order-alert'],
  ['failBelow', 'suspectBelow', 'limits-order-both'],
  ['suspectAbove', 'failAbove', 'limits-order-both'],
];

const checkLimits = ({ report }: World, point: Item<Point>, inside: Steps, limits: SeriesLimits) => {
  for (const [low, high, code] of limitOrder) {
    const [below, above] = [limits[low], limits[high]];
    if (below === undefined || above === undefined || below < above) continue;
    const both = low.slice(0, 4) === high.slice(0, 4);
    if (!both && below === above) continue;
    report.error(point, [...inside, high], say(code, { than: low }));
  }
};

const checkUnit = ({ report }: World, point: Item<Point>, inside: Steps, known: KnownSeries) => {
  const { kind, unit, unitName, opaque } = known;
  const unitPlace = [...inside, 'unit'];
  if (unitName === '') {
    report.error(point, unitPlace, say('unit-needed'));
    return;
  }
  if (opaque || unit !== undefined) return;
  const other = findUnit(unitName);
  if (other === undefined || kind === 'custom') {
    report.error(point, unitPlace, say('unit-unknown-opaque', { unit: unitName }));
    return;
  }
  const usual = defaultUnit[kind];
  report.error(
    point,
    unitPlace,
    say('unit-of-kind', {
      unit: unitName,
      dimension: other.dimension,
      kind,
      wanted: findUnit(usual)?.dimension ?? '',
      usual,
    }),
  );
};

/** Overrides change single parameters, so what a rule requires may come from elsewhere. */
const withoutRequired = (schema: JsonSchema): JsonSchema => {
  const { required: _required, ...rest } = schema;
  return rest;
};

const checkRules = (world: World, point: Item<Point>) => {
  const { rules } = point.value;
  if (rules === undefined) return;
  const known = world.rulesOf(point.value);
  for (const [id, params] of Object.entries(rules)) {
    const rule = lookUp({ ...world, complete: true }, known, 'rule', id, point, ['rules', id]);
    if (rule === undefined || params === false) continue;
    checkValue(world, withoutRequired(rule.params), params, point, ['rules', id]);
  }
};

/** Zones, units, limits and rule overrides of every point. */
export const checkPoints = (world: World): void => {
  for (const point of world.lists.points) {
    const { id, zone, series: own } = point.value;
    if (zone !== undefined && !isZone(zone)) world.report.error(point, ['zone'], say('no-zone'));
    for (const [variable, declared] of Object.entries(own)) {
      const known = world.series.get(`${id}/${variable}`);
      if (known !== undefined) checkUnit(world, point, ['series', variable], known);
      checkLimits(world, point, ['series', variable, 'limits'], declared.limits ?? {});
    }
    checkRules(world, point);
  }
};
