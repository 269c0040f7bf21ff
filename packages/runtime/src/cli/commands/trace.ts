import type { Trace } from '../../operate/trace.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';

const time = (instant: number | null) => (instant === null ? '–' : new Date(instant).toISOString());

type Value = Extract<Trace, { kind: 'value' }>;
type Submission = Extract<Trace, { kind: 'submission' }>;

const valueLines = ({
  value,
  findings,
  corrections,
  revisions,
  raw,
}: Pick<Value, 'value' | 'findings' | 'corrections' | 'revisions' | 'raw'>): string[] => [
  `value ${value.series} at ${time(value.at)} = ${value.text ?? value.value ?? 'none'}  flag ${value.flag} ${value.codes.join(' ')}  (${value.status})`,
  `  read as ${JSON.stringify(value.rawText)} of ${value.device} ${value.variable}; basis ${value.basis}`,
  ...findings.map(({ code, flag, rule, ruleVersion }) => `  finding ${code} flag ${flag} by ${rule}@${ruleVersion}`),
  ...corrections.map(({ method, state, because }) => `  correction ${method} ${state} because ${because}`),
  ...revisions.map((row) => `  was ${row.text ?? row.value ?? 'none'} until ${time(row.replacedAt)}`),
  raw.kept
    ? `  raw ${raw.id} of ${raw.instance}, arrived ${time(raw.receivedAt)}, ${raw.bytes} bytes, ${raw.envelope.channel} ${raw.envelope.path ?? raw.envelope.topic ?? ''}`
    : `  raw ${raw.id} is no longer kept`,
  ...(raw.kept ? [`    ${raw.body.replaceAll('\n', '\n    ')}`] : []),
];

const submissionLines = ({ submission, attempts }: Pick<Submission, 'submission' | 'attempts'>): string[] => [
  `submission ${submission.id}  ${submission.obligation} (${submission.work})  slot ${time(submission.slot)}  ${submission.state} (${submission.status})`,
  `  sent ${time(submission.sentAt)}, confirmed ${time(submission.confirmedAt)}`,
  ...(submission.reason === null ? [] : [`  ${submission.reason}`]),
  ...(submission.receipt === null ? [] : [`  receipt ${submission.receipt}`]),
  ...attempts.flatMap(({ kind, startedAt, endedAt, outcome, reason, artifact, artifactHash, answer }) => [
    `  ${kind} ${time(startedAt)} to ${time(endedAt)}: ${outcome}${reason === null ? '' : `, ${reason}`}`,
    ...(artifact === null
      ? []
      : [`    sent ${artifact.method} ${artifact.url}  sha256 ${artifactHash ?? ''}`, `    ${artifact.body}`]),
    ...(answer === null ? [] : [`    answered ${answer.status} ${answer.body}`]),
  ]),
];

export const run = async ({ values, words, out, err }: Invocation): Promise<number> => {
  const [key] = words;
  if (key === undefined || words.length > 1) {
    err('caudal trace: name one receipt, submission or value, for example well/total@2026-01-01T00:00:00Z.');
    return exitCodes.usage;
  }
  const trace = await ask<Trace | null>(values['config'] as string, 'trace', key);
  if (trace === null) {
    err(`caudal trace: nothing here is called ${key}.`);
    return exitCodes.failed;
  }
  if (values['json'] === true) out(JSON.stringify(trace));
  else if (trace.kind === 'submission')
    out([...submissionLines(trace), ...trace.values.flatMap(valueLines)].join('\n'));
  else out([...valueLines(trace), ...trace.submissions.flatMap(submissionLines)].join('\n'));
  return exitCodes.ok;
};
