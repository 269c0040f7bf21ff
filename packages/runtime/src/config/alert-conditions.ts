import { type AlertConditions, convert, type DataSchema, findUnit } from '@caudal/core';

export const conditionNames = ['below', 'above', 'rising', 'falling', 'noData'] as const;
export type ConditionName = (typeof conditionNames)[number];

/** One condition that a schema asks for at one of its fields. */
export interface AskedCondition {
  readonly field: string;
  readonly variable: string;
  readonly when: ConditionName;
}

/** Conditions of a schema by field; a calculated field has none. Only an active schema asks for anything. */
export const conditionsAsked = ({ fields, status }: DataSchema): readonly AskedCondition[] =>
  status !== undefined && status !== 'active'
    ? []
    : Object.entries(fields).flatMap(([field, { variable, expression, alerts = {} }]) =>
        expression === undefined
          ? conditionNames
              .filter((when) => alerts[when] !== undefined)
              .map((when) => ({ field, variable: variable ?? field, when }))
          : [],
      );

/** Whether a schema is for a point: it names it, or names none and the point has all its variables. */
export const isFor = ({ points, fields }: DataSchema, point: string, variables: ReadonlySet<string>): boolean =>
  points === undefined
    ? Object.entries(fields).every(
        ([name, { variable, expression }]) => expression !== undefined || variables.has(variable ?? name),
      )
    : points.includes(point);

/** The same conditions in another unit: a limit is a place on the scale, a change and a hysteresis are distances. */
const inUnit = (alerts: AlertConditions, from: string | undefined, to: string): AlertConditions => {
  if (from === undefined || from === to) return alerts;
  const [a, b] = [findUnit(from), findUnit(to)];
  if (a === undefined || b === undefined) return alerts;
  const zero = convert(0, a, b);
  const place = (value: number) => convert(value, a, b);
  const distance = (value: number) => convert(value, a, b) - zero;
  return Object.fromEntries(
    Object.entries(alerts).map(([when, condition]) => [
      when,
      Object.fromEntries(
        Object.entries(condition).map(([name, value]) => [
          name,
          name === 'limit' ? place(value) : name === 'perHour' || name === 'hysteresis' ? distance(value) : value,
        ]),
      ),
    ]),
  );
};

interface Watched {
  readonly variable: string;
  readonly unit: string;
  readonly alerts: AlertConditions;
}

/** What people are told of a series: its own conditions, and those of schemas that it has not itself. */
export const withSchemas = <Series extends Watched>(
  own: readonly Series[],
  point: string,
  schemas: readonly DataSchema[],
): readonly Series[] => {
  const variables = new Set(own.map(({ variable }) => variable));
  const asked = schemas
    .filter((schema) => isFor(schema, point, variables))
    .flatMap((schema) => conditionsAsked(schema).map((one) => ({ ...one, of: schema.fields[one.field] })));
  if (asked.length === 0) return own;
  return own.map((series) => {
    const given = asked
      .filter(({ variable }) => variable === series.variable)
      .map(({ of, when }) => inUnit({ [when]: of?.alerts?.[when] }, of?.unit, series.unit));
    return given.length === 0
      ? series
      : { ...series, alerts: Object.assign({}, ...given, series.alerts) as AlertConditions };
  });
};
