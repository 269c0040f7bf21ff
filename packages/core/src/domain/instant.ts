import { Type } from '../schema.ts';

/** An instant in a data file: ISO 8601 with its zone. A time without a zone is refused. */
export const InstantText = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})$',
  description: 'An instant with its zone, for example 2026-01-01T00:00:00-04:00.',
});

/** Ids of configured things: short, readable, stable; used in URLs and file names. */
export const Id = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  description: 'A short stable id: letters, digits, dot, dash, underscore.',
});

/** `point/variable`: one variable at one point. */
export const SeriesId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  description: 'A series: the point and its variable, for example pozo-1/total.',
});
