import { closedObject, Type } from '@caudal/core';
import type { Entity } from '../../kept/index.ts';
import type { CorrectionNow } from '../../kept/shown.ts';
import type { CorrectionRow, FindingRow, ValueRow } from '../../store/rows.ts';
import { At, FlagNumber, iso, isoOrNull, MaybeAt, NullableNumber, MaybeBy, NullableText } from './parts.ts';

export const ValueView = closedObject(
  {
    series: Type.String(),
    at: At,
    value: NullableNumber,
    text: Type.Union([Type.String(), Type.Null()], {
      description: 'Exact decimal text; null where there is no value.',
    }),
    unit: Type.Union([Type.String(), Type.Null()], { description: 'Null when the series is no longer declared.' }),
    flag: FlagNumber,
    codes: Type.Array(Type.String(), { description: 'Why it is flagged.' }),
    status: Type.Enum(['provisional', 'final']),
    origin: Type.String(),
    raw: Type.String({ description: 'Id of the raw record.' }),
    device: Type.String(),
    variable: Type.String({ description: 'The vendor’s.' }),
  },
  { title: 'Value' },
);

export const valueView = (row: ValueRow, unit: string | undefined) => ({
  series: row.series,
  at: iso(row.at),
  value: row.value,
  text: row.text ?? (row.value === null ? null : String(row.value)),
  unit: unit ?? null,
  flag: row.flag,
  codes: row.codes,
  status: row.status,
  origin: row.origin,
  raw: row.raw,
  device: row.device,
  variable: row.variable,
});

export const RevisionView = closedObject(
  { ...ValueView.properties, replacedAt: At },
  { title: 'Revision', description: 'A value that another has replaced.' },
);

export const FindingView = closedObject(
  {
    point: Type.String(),
    series: Type.String(),
    rule: Type.String(),
    ruleVersion: Type.String(),
    key: Type.String(),
    code: Type.String(),
    about: Type.Enum(['quality', 'event'], { description: 'event: the water itself; flags no value.' }),
    flag: FlagNumber,
    status: Type.Enum(['provisional', 'final']),
    from: MaybeAt,
    to: MaybeAt,
    detail: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  },
  { title: 'Finding' },
);

export const findingView = (row: FindingRow) => ({
  point: row.point,
  series: row.series,
  rule: row.rule,
  ruleVersion: row.ruleVersion,
  key: row.key,
  code: row.code,
  about: row.about,
  flag: row.flag,
  status: row.status,
  from: isoOrNull(row.from),
  to: isoOrNull(row.to),
  detail: row.detail ?? {},
});

export const CorrectionView = closedObject(
  {
    point: Type.String(),
    series: Type.String(),
    rule: Type.String(),
    ruleVersion: Type.String(),
    key: Type.String(),
    method: Type.String(),
    amount: NullableNumber,
    origin: Type.String(),
    state: Type.String(),
    because: Type.String({ description: 'Key of the finding behind it.' }),
    from: MaybeAt,
    to: MaybeAt,
  },
  { title: 'Correction' },
);

export const correctionView = (row: CorrectionRow) => ({
  point: row.point,
  series: row.series,
  rule: row.rule,
  ruleVersion: row.ruleVersion,
  key: row.key,
  method: row.method,
  amount: row.amount ?? null,
  origin: row.origin,
  state: row.state,
  because: row.because,
  from: isoOrNull(row.from),
  to: isoOrNull(row.to),
});

export const StandingView = closedObject(
  {
    key: Type.String(),
    rule: Type.String({ description: '`person` for one that people wrote.' }),
    method: Type.String(),
    amount: NullableNumber,
    from: MaybeAt,
    to: MaybeAt,
    standing: Type.Enum(['applied', 'suggested', 'reverted']),
    because: Type.String({ description: 'What a person wrote, or the key of the finding behind it.' }),
    said: Type.Union(
      [
        closedObject({
          id: Type.String({ description: 'Of the kept correction; removing that takes it back.' }),
          version: Type.String(),
          because: Type.String(),
          author: NullableText,
          by: MaybeBy,
          at: MaybeAt,
          place: Type.Union([Type.String(), Type.Null()], {
            description: 'Where in which file, for a provisioned one.',
          }),
        }),
        Type.Null(),
      ],
      { description: 'What a person said of it.' },
    ),
  },
  { title: 'StandingCorrection' },
);

export const standingView = (
  row: CorrectionNow,
  said: Entity | null,
  nameOf: (author: string | null) => string | null,
) => ({
  key: row.key,
  rule: row.rule,
  method: row.method,
  amount: row.amount ?? null,
  from: isoOrNull(row.from),
  to: isoOrNull(row.to),
  standing: row.standing,
  because: row.because,
  said:
    said === null
      ? null
      : {
          id: said.id,
          version: said.etag,
          because: typeof said.content['because'] === 'string' ? said.content['because'] : '',
          author: said.author,
          by: nameOf(said.author),
          at: isoOrNull(said.at),
          place: said.place,
        },
});
