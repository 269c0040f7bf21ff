import { closedObject, type Static, Type } from '@caudal/core';
import { CaseAnswer, everyCaseParts, ExpectedError, ExpectedRequest, File, Instant } from './every-case-format.ts';

const text = Type.String();
const settings = Type.Record(text, Type.Unknown());

const complianceParts = { ...everyCaseParts, report: closedObject({ file: File }) };
const answers = Type.Array(CaseAnswer, { minItems: 1 });

/** `case.json` of a compliance target, by what is done. */
export const complianceCaseSchemas = {
  validate: closedObject({ act: Type.Literal('validate'), ...complianceParts }),
  render: closedObject({ act: Type.Literal('render'), ...complianceParts }),
  submit: closedObject({ act: Type.Literal('submit'), ...complianceParts, sendTime: Instant, answers }),
  confirm: closedObject({ act: Type.Literal('confirm'), ...complianceParts, receipt: text, answers }),
} as const;

export type ComplianceCase = {
  [A in keyof typeof complianceCaseSchemas]: Static<(typeof complianceCaseSchemas)[A]> & { readonly act: A };
}[keyof typeof complianceCaseSchemas];

const CaseValue = closedObject({
  value: Type.Union([text, Type.Null()]),
  at: Type.Union([Instant, Type.Null()]),
  flag: Type.Union([1, 2, 3, 4, 9].map((flag) => Type.Literal(flag))),
});

/** The file that `report` names: core's report, with its instants as text. */
export const CaseReport = closedObject({
  work: closedObject({ code: text, settings }),
  members: Type.Record(text, settings),
  submissions: Type.Array(closedObject({ id: text, slot: Instant, values: Type.Record(text, CaseValue) })),
  delivery: Type.Optional(Type.Union([Type.Literal('online'), Type.Literal('manual')])),
});

export type CaseReport = Static<typeof CaseReport>;

const ExpectedIssue = closedObject({
  path: text,
  message: Type.Optional(text),
  severity: Type.Optional(Type.Union([Type.Literal('error'), Type.Literal('warning')])),
});

const ExpectedArtifact = closedObject({
  method: text,
  url: text,
  headers: Type.Record(text, text),
  mediaType: text,
  slots: Type.Array(Type.Unknown()),
  file: File,
});

const ExpectedOutcome = closedObject({
  status: Type.Union(['accepted', 'duplicate', 'rejected'].map((status) => Type.Literal(status))),
  receipt: Type.Optional(text),
  until: Type.Optional(
    Type.Union(['final', 'configuration', 'next-permitted-day'].map((until) => Type.Literal(until))),
  ),
  reason: Type.Optional(text),
});

const ExpectedConfirmation = closedObject({
  status: Type.Union(['confirmed', 'conflict', 'not-found'].map((status) => Type.Literal(status))),
  differences: Type.Optional(Type.Array(closedObject({ parameter: text, ours: text, theirs: text }))),
  reason: Type.Optional(text),
});

/** `expected.json` of a compliance target. */
export const ComplianceExpected = closedObject({
  issues: Type.Optional(Type.Array(ExpectedIssue)),
  artifact: Type.Optional(ExpectedArtifact),
  outcomes: Type.Optional(Type.Record(text, ExpectedOutcome)),
  confirmation: Type.Optional(ExpectedConfirmation),
  message: Type.Optional(text),
  error: Type.Optional(ExpectedError),
  requests: Type.Optional(Type.Array(ExpectedRequest)),
});
