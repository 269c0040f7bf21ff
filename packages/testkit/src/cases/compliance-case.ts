import {
  type Artifact,
  type ComplianceDefinition,
  type ComplianceInstance,
  create,
  type Plugin,
  type Report,
  schemaOf,
} from '@caudal/core';
import { call, closeQuietly } from '../conformance/session.ts';
import { type CaseStage, type Outcome, runCase } from './case-run.ts';
import { fileAs, settingsOf } from './case-values.ts';
import { type ComplianceCase, CaseReport } from './compliance-format.ts';
import type { RecordedCase } from './recorded-case.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- settings are the plugin's own; the suite only hands them through
type AnyTarget = ComplianceDefinition<any, any, any>;

type Of<A extends ComplianceCase['act']> = Extract<ComplianceCase, { act: A }>;

type Act<A extends ComplianceCase['act']> = (
  instance: ComplianceInstance,
  report: Report,
  stage: CaseStage<Of<A>>,
) => Promise<void>;

const reportOf = ({ file }: ComplianceCase['report'], bytes: Uint8Array, { work, member }: AnyTarget): Report => {
  const written = fileAs(schemaOf(CaseReport), file, bytes);
  const { delivery } = written;
  return {
    work: { code: written.work.code, settings: settingsOf(work, written.work.settings, `${file}: /work/settings`) },
    members: Object.fromEntries(
      Object.entries(written.members).map(([name, own]) => [
        name,
        settingsOf(member, own, `${file}: /members/${name}`),
      ]),
    ),
    submissions: written.submissions.map(({ id, slot, values }) => ({
      id,
      slot: Date.parse(slot),
      values: Object.fromEntries(
        Object.entries(values).map(([name, { value, at, flag }]) => [
          name,
          { value, at: at === null ? null : Date.parse(at), flag },
        ]),
      ),
    })),
    ...(delivery === undefined ? {} : { delivery }),
  };
};

const shownArtifact = ({ body, ...rest }: Artifact) => ({ ...rest, file: new Uint8Array(Buffer.from(body)) });

const validate: Act<'validate'> = async (instance, report, { outcome }) => {
  outcome['issues'] = instance.validate(report);
};

const rendered = (instance: ComplianceInstance, report: Report, { outcome, keep }: CaseStage<ComplianceCase>) => {
  outcome['issues'] = instance.validate(report);
  const artifact = instance.render(report);
  keep(artifact);
  outcome['artifact'] = shownArtifact(artifact);
  return artifact;
};

const render: Act<'render'> = async (instance, report, stage) => {
  rendered(instance, report, stage);
};

const submit: Act<'submit'> = async (instance, report, stage) => {
  const artifact = rendered(instance, report, stage);
  const sendTime = Date.parse(stage.given.sendTime);
  const { outcomes, answer } = await instance.submit({ ...call(), artifact, report, sendTime });
  stage.keep(outcomes, answer);
  stage.outcome['outcomes'] = outcomes;
};

const confirm: Act<'confirm'> = async (instance, report, { given, outcome, keep }) => {
  if (instance.confirm === undefined) throw new Error('case.json: the plugin has no confirm');
  const { answer, ...confirmation } = await instance.confirm({ ...call(), receipt: given.receipt, report });
  keep(answer, confirmation);
  outcome['confirmation'] = confirmation;
};

const acts: { readonly [A in ComplianceCase['act']]: Act<A> } = { validate, render, submit, confirm };

/** Runs the case of a compliance target and gives what came out. What is offline needs no start, and gets none. */
export const runComplianceCase = (
  recorded: RecordedCase<ComplianceCase>,
  plugin: (config: never) => Plugin<AnyTarget>,
): Promise<Outcome> => {
  const { given } = recorded;
  const now = given.now ?? (given.act === 'submit' ? given.sendTime : '2026-01-01T00:00:00Z');
  return runCase(recorded, Date.parse(now), async (stage) => {
    const made = plugin(stage.given.config as never);
    const report = reportOf(stage.given.report, stage.file(stage.given.report.file), made.definition);
    const instance: ComplianceInstance = create(made, stage.host);
    try {
      if (given.act === 'submit' || given.act === 'confirm') await instance.start?.(call());
      await (acts[given.act] as Act<ComplianceCase['act']>)(instance, report, stage);
    } finally {
      await closeQuietly(instance);
    }
  });
};
