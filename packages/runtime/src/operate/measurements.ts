import {
  CaudalError,
  compileExpression,
  convert,
  defineUnit,
  findUnit,
  type Flag,
  type SchemaField,
  type Unit,
} from '@caudal/core';
import { calculationOrder } from '../config/check-schemas.ts';
import type { SeriesInfo } from '../config/domain.ts';
import type { Services } from '../services.ts';
import { readCorrections, shownValues } from '../kept/shown.ts';

const minute = 60_000;
const rowsAtMost = 100_000;

/** The values of a point at one instant, as a schema groups them. */
export interface Measurement {
  readonly at: number;
  readonly values: Readonly<Record<string, number | null>>;
  /** Of a calculated field the worst of what it was calculated from. */
  readonly flags: Readonly<Record<string, Flag>>;
  /** Names of required fields without a value, and of fields outside their bounds. */
  readonly missing: readonly string[];
  readonly invalid: readonly string[];
}

export interface MeasurementsInput {
  readonly schema: string;
  readonly point: string;
  readonly from: number;
  readonly to: number;
}

interface Column {
  readonly value: Float64Array;
  readonly flag: Uint8Array;
}

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no', scope: 'item' });
};

/** Worse first: no value, failed, suspect, not evaluated, good. */
const worse = (a: number, b: number): number => (rank(a) >= rank(b) ? a : b);
const rank = (flag: number): number => [1, 2, 3, 4, 9].indexOf(flag);

const unitOf = (series: SeriesInfo): Unit =>
  (series.opaque ? undefined : findUnit(series.unit)) ?? defineUnit({ name: series.unit, opaque: true });

/** What stands at each instant: the value itself, the last one, or the line between two, no further than the gap. */
const aligned = (
  at: readonly number[],
  rows: readonly { readonly at: number; readonly value: number | null; readonly flag: Flag }[],
  how: 'exact' | 'hold' | 'linear',
  maxGapMs: number,
): Column => {
  const value = new Float64Array(at.length).fill(Number.NaN);
  const flag = new Uint8Array(at.length).fill(9);
  let next = 0;
  at.forEach((instant, index) => {
    while (next < rows.length && (rows[next] as { at: number }).at <= instant) next += 1;
    const [before, after] = [rows[next - 1], rows[next]];
    if (before === undefined) return;
    if (before.at === instant || (how === 'hold' && instant - before.at <= maxGapMs)) {
      value[index] = before.value ?? Number.NaN;
      flag[index] = before.value === null ? 9 : before.flag;
    } else if (how === 'linear' && after !== undefined && after.at - before.at <= maxGapMs) {
      if (before.value === null || after.value === null) return;
      value[index] = before.value + ((after.value - before.value) * (instant - before.at)) / (after.at - before.at);
      flag[index] = worse(before.flag, after.flag);
    }
  });
  return { value, flag };
};

/**
 * What a schema shows of a point in [from, to): variables in the schema's units, and what is calculated from them. Computed when it is
 * asked for, so that a schema that changed says at once what it means now.
 */
export const measurements = async (
  services: Services,
  { schema: id, point: of, from, to }: MeasurementsInput,
): Promise<readonly Measurement[]> => {
  const { domain, store } = services;
  const schema = domain.schemas.get(id) ?? refuse(`there is no schema ${id}`);
  if (!domain.points.has(of)) refuse(`there is no point ${of}`);
  const { everyMinutes, align = 'exact', maxGapMinutes = 60, corrected = true } = schema.processing ?? {};
  const reach = align === 'exact' ? 0 : maxGapMinutes * minute;
  const fields = Object.entries(schema.fields);
  const read = new Map<string, { at: number; value: number | null; flag: Flag }[]>();
  for (const [name, field] of fields) {
    const series = field.expression === undefined ? domain.series.get(`${of}/${field.variable ?? name}`) : undefined;
    if (series === undefined) continue;
    const rows = await store.read.values({
      series: [series.id],
      from: from - reach,
      to: to + reach,
      limit: rowsAtMost,
    });
    if (rows.length === rowsAtMost) refuse(`more than ${rowsAtMost} values of ${series.id}; ask for a shorter time`);
    const shown = shownValues(rows, corrected ? await readCorrections(services, series.id) : []);
    const unit = field.unit;
    const inUnit = (value: number | null) =>
      value === null || unit === undefined || series.opaque ? value : convert(value, series.unit, unit);
    read.set(
      name,
      shown.map((row) => ({ at: row.at, value: inUnit(row.shown), flag: row.flag })),
    );
  }
  const at =
    everyMinutes === undefined
      ? [...new Set([...read.values()].flatMap((rows) => rows.map((row) => row.at)))]
          .filter((instant) => from <= instant && instant < to)
          .toSorted((a, b) => a - b)
      : slotsOf(from, to, everyMinutes * minute);
  const columns = new Map<string, Column>();
  for (const [name, rows] of read) columns.set(name, aligned(at, rows, align, reach));

  const unitOfField = (name: string): Unit | null | undefined => {
    const field = schema.fields[name];
    if (field === undefined) return undefined;
    if (field.unit !== undefined) return findUnit(field.unit) ?? defineUnit({ name: field.unit, opaque: true });
    const series = domain.series.get(`${of}/${field.variable ?? name}`);
    return series === undefined ? null : unitOf(series);
  };
  const calculated = new Map(
    fields.flatMap(([name, { expression, unit }]) => {
      if (expression === undefined) return [];
      const compiled = compileExpression(expression, {
        unitOf: unitOfField,
        unit: findUnit(unit ?? '') ?? defineUnit({ name: unit ?? '1', opaque: true }),
      });
      // At a point that lacks a variable the field has no values; the data was judged when it was kept.
      return 'expression' in compiled ? [[name, compiled.expression] as const] : [];
    }),
  );
  const needs = new Map([...calculated].map(([name, { names }]) => [name, names.filter((one) => calculated.has(one))]));
  for (const name of calculationOrder(needs).order) {
    const expression = calculated.get(name);
    if (expression === undefined) continue;
    const inputs = expression.names.flatMap((one) => columns.get(one) ?? []);
    const value = expression.run(
      Object.fromEntries(
        expression.names.map((one) => [one, columns.get(one)?.value ?? new Float64Array(at.length).fill(Number.NaN)]),
      ),
      at.length,
    );
    const flag = Uint8Array.from(value, (number, index) =>
      Number.isNaN(number) ? 9 : inputs.reduce((worst, input) => worse(worst, input.flag[index] as number), 1),
    );
    columns.set(name, { value, flag });
  }
  return at.map((instant, index) => measurementAt(instant, index, fields, columns));
};

const slotsOf = (from: number, to: number, everyMs: number): number[] => {
  const first = Math.ceil(from / everyMs) * everyMs;
  const count = Math.max(0, Math.ceil((to - first) / everyMs));
  if (count > rowsAtMost) refuse(`more than ${rowsAtMost} slots; ask for a shorter time`);
  return Array.from({ length: count }, (_, index) => first + index * everyMs);
};

const measurementAt = (
  at: number,
  index: number,
  fields: readonly (readonly [string, SchemaField])[],
  columns: ReadonlyMap<string, Column>,
): Measurement => {
  const valueOf = (name: string) => {
    const value = columns.get(name)?.value[index];
    return value === undefined || Number.isNaN(value) ? null : value;
  };
  const shown = fields.filter(([, { display }]) => display?.hidden !== true).map(([name]) => name);
  return {
    at,
    values: Object.fromEntries(shown.map((name) => [name, valueOf(name)])),
    flags: Object.fromEntries(shown.map((name) => [name, (columns.get(name)?.flag[index] ?? 9) as Flag])),
    missing: fields.flatMap(([name, { required }]) => (required === true && valueOf(name) === null ? [name] : [])),
    invalid: fields.flatMap(([name, { valid }]) => {
      const value = valueOf(name);
      const outside = value !== null && ((valid?.min ?? -Infinity) > value || (valid?.max ?? Infinity) < value);
      return outside ? [name] : [];
    }),
  };
};
