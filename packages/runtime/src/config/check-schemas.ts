import { compileExpression, type DataSchema, defineUnit, findUnit, type SchemaField, type Unit } from '@caudal/core';
import { closest } from './closest.ts';
import { say, sayAgain } from './mistake-words.ts';
import type { Steps } from './property-path.ts';
import { type Item, type KnownSeries, lookUp, type World } from './world.ts';

/** A unit that a calculation can take: of the table, or an opaque one that is only itself. */
const unitOfSeries = ({ unit, unitName, opaque }: Pick<KnownSeries, 'unit' | 'unitName' | 'opaque'>): Unit | null =>
  unit ?? (opaque && unitName !== '' ? defineUnit({ name: unitName, opaque: true }) : null);

const unitNamed = (name: string): Unit => findUnit(name) ?? defineUnit({ name, opaque: true });

const variableOf = (name: string, { variable, expression }: SchemaField): string | undefined =>
  expression === undefined ? (variable ?? name) : undefined;

/** Points that a schema is for: those it names, or all that have its required variables. */
const pointsOf = (world: World, schema: DataSchema) => {
  const wanted = Object.entries(schema.fields).flatMap(([name, field]) => variableOf(name, field) ?? []);
  if (schema.points !== undefined)
    return schema.points.flatMap((id) => {
      const point = world.points.get(id);
      return point === undefined ? [] : [point];
    });
  return world.lists.points.filter(({ value }) => wanted.every((variable) => Object.hasOwn(value.series, variable)));
};

/** Calculated fields in an order in which each comes after what it needs; what is in a circle is left out. */
export const calculationOrder = (
  needs: ReadonlyMap<string, readonly string[]>,
): { readonly order: readonly string[]; readonly circle: readonly string[] } => {
  const order: string[] = [];
  const waiting = new Set(needs.keys());
  for (let found = true; found;) {
    found = false;
    for (const name of waiting) {
      if (needs.get(name)?.some((need) => waiting.has(need)) === true) continue;
      order.push(name);
      waiting.delete(name);
      found = true;
    }
  }
  return { order, circle: [...waiting] };
};

const checkFields = (world: World, item: Item<DataSchema>) => {
  const { report } = world;
  const { fields } = item.value;
  const needs = new Map<string, readonly string[]>();
  const points = pointsOf(world, item.value);
  for (const [name, field] of Object.entries(fields)) {
    const inside: Steps = ['fields', name];
    const { expression, unit, variable, valid } = field;
    if (valid?.min !== undefined && valid.max !== undefined && valid.min >= valid.max)
      report.error(item, [...inside, 'valid', 'max'], say('valid-order'));
    if (expression === undefined) continue;
    if (variable !== undefined) report.error(item, [...inside, 'variable'], say('field-both'));
    if (unit === undefined) {
      report.error(item, [...inside, 'unit'], say('field-unit'));
      continue;
    }
    // Units differ from point to point, so an expression has to hold at each; without a point its own fields' units are all there is.
    for (const point of points.length === 0 ? [undefined] : points) {
      const unitOf = (other: string): Unit | null | undefined => {
        if (!Object.hasOwn(fields, other)) return undefined;
        const used = fields[other] as SchemaField;
        if (used.unit !== undefined) return unitNamed(used.unit);
        if (used.expression !== undefined) return null;
        const series =
          point === undefined ? undefined : world.series.get(`${point.value.id}/${used.variable ?? other}`);
        return series === undefined ? null : unitOfSeries(series);
      };
      const compiled = compileExpression(expression, { unitOf, unit: unitNamed(unit) });
      if ('expression' in compiled) {
        needs.set(name, compiled.expression.names);
        continue;
      }
      const { at, code, params = {} } = compiled.issue;
      const unknown = code === 'formula-name' ? String(params['name']) : undefined;
      report.error(
        item,
        [...inside, 'expression'],
        sayAgain(compiled.issue, {
          character: at + 1,
          meant: unknown === undefined ? undefined : closest(unknown, Object.keys(fields)),
          atPoint: point?.value.id,
        }),
      );
      break;
    }
  }
  const calculated = new Map(
    [...needs].map(([name, names]) => [name, names.filter((other) => fields[other]?.expression !== undefined)]),
  );
  const { circle } = calculationOrder(calculated);
  for (const name of circle)
    report.error(item, ['fields', name, 'expression'], say('field-circle', { fields: circle.join(', ') }));
};

const checkGroups = ({ report }: World, item: Item<DataSchema>) => {
  const seen = new Map<string, number>();
  for (const [index, group] of (item.value.groups ?? []).entries()) {
    for (const [place, name] of group.fields.entries()) {
      const inside: Steps = ['groups', index, 'fields', place];
      if (!Object.hasOwn(item.value.fields, name))
        report.error(item, inside, say('no-field', { name, meant: closest(name, Object.keys(item.value.fields)) }));
      else if (seen.has(name)) report.error(item, inside, say('field-in-group', { group: (seen.get(name) ?? 0) + 1 }));
      else seen.set(name, index);
    }
  }
};

const checkPoints = (world: World, item: Item<DataSchema>) => {
  for (const [index, id] of (item.value.points ?? []).entries()) {
    const point = lookUp(world, world.points, 'point', id, item, ['points', index]);
    if (point === undefined) continue;
    for (const [name, field] of Object.entries(item.value.fields)) {
      const variable = variableOf(name, field);
      if (variable === undefined || field.required !== true || Object.hasOwn(point.value.series, variable)) continue;
      const meant = closest(variable, Object.keys(point.value.series));
      world.report.error(item, ['fields', name], say('field-required', { point: id, variable, meant }));
    }
  }
};

const checkUnits = (world: World, item: Item<DataSchema>) => {
  for (const point of pointsOf(world, item.value)) {
    for (const [name, field] of Object.entries(item.value.fields)) {
      const variable = variableOf(name, field);
      const series = variable === undefined ? undefined : world.series.get(`${point.value.id}/${variable}`);
      if (series === undefined || field.unit === undefined) continue;
      const unit = findUnit(field.unit);
      if (series.opaque ? field.unit === series.unitName : unit?.dimension === series.unit?.dimension) continue;
      world.report.error(
        item,
        ['fields', name, 'unit'],
        say('field-other-unit', { unit: field.unit, series: `${point.value.id}/${variable}`, wanted: series.unitName }),
      );
    }
  }
};

/** Fields, expressions with their units, groups and points of every schema. */
export const checkSchemas = (world: World): void => {
  for (const item of world.lists.schemas) {
    checkPoints(world, item);
    checkUnits(world, item);
    checkFields(world, item);
    checkGroups(world, item);
  }
};
