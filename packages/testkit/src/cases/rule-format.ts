import { closedObject, type Static, Type } from '@caudal/core';
import { File, Instant } from './every-case-format.ts';

const text = Type.String();
const settings = Type.Record(text, Type.Unknown());
const OpenInstant = Type.Union([Instant, Type.Literal('open')]);

/** `case.json` of a rule. */
export const ruleCaseSchemas = {
  judge: closedObject({
    act: Type.Literal('judge'),
    why: Type.String({ minLength: 1 }),
    origin: Type.String({ minLength: 1 }),
    config: Type.Optional(settings),
    params: settings,
    samples: closedObject({ file: File }),
    silenceMs: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
} as const;

export type JudgeCase = Static<typeof ruleCaseSchemas.judge> & { readonly act: 'judge' };

/** The file that `samples` names: columns by role, with their instants as text. */
export const CaseSamples = Type.Record(
  text,
  closedObject({
    time: Type.Array(Instant),
    value: Type.Array(Type.Union([Type.Number(), Type.Null()])),
    flag: Type.Optional(Type.Array(Type.Integer())),
    increase: Type.Optional(Type.Array(Type.Number())),
  }),
);

export type CaseSamples = Static<typeof CaseSamples>;

const ExpectedFinding = closedObject({
  key: text,
  role: text,
  code: text,
  flag: Type.Integer(),
  status: text,
  from: Instant,
  to: OpenInstant,
  detail: Type.Optional(settings),
});

const ExpectedCorrection = closedObject({
  key: text,
  role: text,
  method: text,
  amount: Type.Optional(Type.Number()),
  origin: text,
  state: text,
  because: text,
  from: Instant,
  to: OpenInstant,
});

/** `expected.json` of a rule: what stands when all is said. */
export const RuleExpected = closedObject({
  findings: Type.Optional(Type.Array(ExpectedFinding)),
  corrections: Type.Optional(Type.Array(ExpectedCorrection)),
  message: Type.Optional(text),
  error: Type.Optional(closedObject({ kind: text })),
});
