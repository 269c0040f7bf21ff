import { closedObject, Type } from '@caudal/core';
import { mistakeCodes } from '../../config/mistake-words.ts';

/** An instant as the API gives it: UTC, milliseconds. */
export const At = Type.String({
  format: 'date-time',
  description: 'Instant in UTC.',
  examples: ['2026-01-15T12:00:00.000Z'],
});

export const MaybeAt = Type.Union([At, Type.Null()]);

export const iso = (at: number): string => new Date(at).toISOString();
/** Infinite ends, and what never was, are null. */
export const isoOrNull = (at: number | null | undefined): string | null =>
  at === null || at === undefined || !Number.isFinite(at) || at >= Number.MAX_SAFE_INTEGER ? null : iso(at);

/** An instant as callers give it: with its zone, as everywhere. */
export const Instant = (description: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})$',
    description: `${description} ISO 8601 with its zone.`,
    examples: ['2026-01-15T09:00:00-03:00'],
  });

export const span = {
  from: Type.Optional(Instant('At or after.')),
  to: Type.Optional(Instant('Before.')),
};

const name = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$';

export const IdText = (description: string) => Type.String({ pattern: name, description });
export const SeriesText = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  description: 'Point and variable.',
  examples: ['well-1/flow'],
});

/** An id that the store gave. */
export const StoredId = Type.String({ minLength: 1, maxLength: 200, description: 'As a list gave it.' });

export const Because = Type.String({
  minLength: 1,
  maxLength: 2_000,
  pattern: '\\S',
  description: 'Why; kept in the audit.',
});

export const FlagNumber = Type.Enum([1, 2, 3, 4, 9], {
  description: 'QARTOD: 1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing.',
});

export const Facts = Type.Record(Type.String(), Type.String());

/** Anything that JSON can hold, where a plugin or regulator decides what it is. */
export const Anything = Type.Unknown({ description: 'JSON as stored.' });

export const NullableText = Type.Union([Type.String(), Type.Null()]);
export const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

/** Who did something, as people know them: beside the id by which the audit names them. */
export const By = Type.String({ description: 'Who, by name: of a user, of a key; of anybody else as in the audit.' });
export const MaybeBy = Type.Union([By, Type.Null()]);

const MistakeCode = Type.Enum([...mistakeCodes], {
  title: 'MistakeCode',
  description: 'What is wrong. A code never changes its meaning; there may be more of them in a later version.',
});

const SaidParams = Type.Record(
  Type.String(),
  Type.Union([
    Type.String(),
    Type.Number(),
    Type.Boolean(),
    Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
    Type.Null(),
  ]),
  {
    title: 'SaidParams',
    description:
      'What its sentence names. Beside that of the code: `meant`, what was probably meant; `character`, where in a formula; `atPoint`.',
  },
);

/** What is wrong, to be said in any language. */
export const saidProperties = {
  message: Type.String({ description: 'In English.' }),
  code: Type.Optional(MistakeCode),
  params: Type.Optional(SaidParams),
};

export const Problem = closedObject(
  {
    type: Type.String({ description: 'urn:caudal:problem: and the kind.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'Names this request in the log.' }),
    issues: Type.Optional(
      Type.Array(
        closedObject({
          path: Type.String({ description: 'Where: /body/…, /query/… or /path/….' }),
          ...saidProperties,
        }),
        { description: 'One without a code has the own words of a plugin.' },
      ),
    ),
  },
  { title: 'Problem', description: 'RFC 9457.' },
);
