import assert from 'node:assert/strict';
import type { Artifact, ComplianceInstance, Report } from '@caudal/core';
import { attempt, failureOf } from '../conformance/bounded.ts';
import type { Check } from '../conformance/check.ts';
import { deepFreeze } from '../conformance/deep-freeze.ts';
import { leaks, textIn } from '../conformance/leaks.ts';
import { withInstance } from '../conformance/session.ts';
import { watchImpurity } from '../conformance/watch.ts';
import type { ComplianceSubject } from '../subjects/compliance.ts';

const rendering = (
  subject: ComplianceSubject,
  body: (instance: ComplianceInstance, report: Report) => Promise<void> | void,
) => withInstance(subject, ({ instance }) => body(instance, subject.options.report));

const errorsIn = (instance: ComplianceInstance, report: Report) =>
  instance.validate(report).filter(({ severity }) => severity !== 'warning');

/** The names of all `{{name}}` in an artifact. */
export const slotsIn = ({ url, headers, body }: Artifact): Set<string> => {
  const text = [decodeURI(url), ...Object.values(headers), body].join('\n');
  return new Set([...text.matchAll(/\{\{([^{}]+)\}\}/g)].map(([, name]) => name as string));
};

/** Checks of `validate`, `render` and the profile. */
export const artifactChecks: readonly Check<ComplianceSubject>[] = [
  {
    id: 'C-01',
    title: 'rendering the same report twice gives the same bytes',
    why: 'The artifact is hashed and shown as proof of what was sent.',
    run: (subject) =>
      rendering(subject, async (instance, report) => {
        const first = instance.render(report);
        const other = await withInstance(subject, (session) => session.instance.render(structuredClone(report)));
        assert.deepEqual(instance.render(report), first, 'the second rendering differs');
        // The base URL is another port each time and no part of the report.
        assert.deepEqual({ ...other, url: '' }, { ...first, url: '' }, 'another instance renders differently');
      }),
  },
  {
    id: 'C-02',
    title: 'rendering uses neither clock nor chance',
    why: 'The send time is a slot; a time of rendering inside the artifact makes it another artifact tomorrow.',
    run: (subject) =>
      rendering(subject, async (instance, report) => {
        const seen = await watchImpurity(() => {
          instance.validate(report);
          instance.render(report);
        });
        assert.deepEqual(seen, []);
      }),
  },
  {
    id: 'C-03',
    title: 'no secret stands in the artifact',
    why: 'Artifacts are kept for years, exported and shown to auditors.',
    run: (subject) =>
      rendering(subject, (instance, report) => {
        assert.deepEqual(leaks(textIn(instance.render(report)), subject.secrets), [], 'secrets in the artifact');
      }),
  },
  {
    id: 'C-04',
    title: 'every slot is declared, and every declared slot is used',
    why: 'A slot that nobody fills is sent as {{name}}; one that nobody sees can not be explained.',
    run: (subject) =>
      rendering(subject, (instance, report) => {
        const artifact = instance.render(report);
        const declared = artifact.slots.map(({ name }) => name).toSorted();
        assert.deepEqual([...slotsIn(artifact)].toSorted(), declared);
      }),
  },
  {
    id: 'C-05',
    title: 'a good report has no issues',
    why: 'A false alarm keeps a good measurement from the regulator.',
    run: (subject) => rendering(subject, (instance, report) => assert.deepEqual(errorsIn(instance, report), [])),
  },
  {
    id: 'C-06',
    title: 'validate finds every seeded mistake',
    why: 'What the regulator would refuse, or store wrongly, must stop here.',
    run: (subject) =>
      rendering(subject, (instance) => {
        for (const { name, report, path } of subject.options.faults) {
          const issues = errorsIn(instance, report);
          assert.ok(issues.length > 0, `"${name}" was not found`);
          if (path === undefined) continue;
          const paths = issues.map((issue) => issue.path);
          assert.ok(paths.includes(path), `"${name}" was found at ${paths.join(', ')}, not at ${path}`);
        }
      }),
  },
  {
    id: 'C-07',
    title: 'a report with a mistake is not rendered',
    why: 'Whoever forgets to validate must not be able to send.',
    run: (subject) =>
      rendering(subject, async (instance) => {
        for (const { name, report } of subject.options.faults) {
          if (errorsIn(instance, report).length === 0) continue;
          const failure = await failureOf(`render of "${name}"`, () => instance.render(report));
          assert.equal(failure.kind, 'invalid-data', `render of "${name}"`);
        }
      }),
  },
  {
    id: 'C-08',
    title: 'validate and render do not change the report',
    why: 'The values of a report are chosen once and are evidence.',
    run: (subject) =>
      rendering(subject, async (instance, report) => {
        const frozen = deepFreeze(structuredClone(report));
        for (const work of [() => instance.validate(frozen), () => instance.render(frozen)]) {
          const fate = await attempt<unknown>(work);
          if (fate.is === 'rejected') assert.fail(`a frozen report made it throw ${String(fate.error)}`);
        }
      }),
  },
  {
    id: 'C-09',
    title: 'the profile agrees with itself and with the instance',
    why: 'The outbox knows the regulator only by the profile.',
    run: (subject) =>
      rendering(subject, (instance, report) => {
        const { profile } = subject.definition;
        assert.equal(instance.confirm !== undefined, profile.readBack, 'readBack and confirm disagree');
        assert.equal(instance.find !== undefined, profile.lookUp !== undefined, 'lookUp and find disagree');
        const { afterMs } = profile.lookUp ?? { afterMs: 0 };
        assert.ok(Number.isInteger(afterMs) && afterMs >= 0, 'lookUp.afterMs is no whole number of milliseconds');
        assert.ok(Object.keys(profile.variants).length > 0, 'there is no variant');
        assert.ok(Object.keys(profile.standards).length > 0, 'there is no standard');
        assert.ok(Number.isInteger(profile.utcOffsetMinutes), 'the offset is no whole number of minutes');
        assert.ok(profile.submissionsPerRequest >= 1, 'no submission fits a request');
        assert.ok(report.submissions.length <= profile.submissionsPerRequest, 'the sample report is too long');
        const known = new Set(Object.values(profile.variants).flatMap(({ parameters }) => Object.keys(parameters)));
        const assigned = Object.values(profile.variants).some((variant) => variant.assigned !== undefined);
        for (const parameter of Object.keys(report.members)) {
          assert.ok(assigned || known.has(parameter), `no variant has the parameter ${parameter}`);
        }
        for (const flag of [1, 2, 3, 4, 9] as const) assert.ok(profile.flags[flag], `no policy for flag ${flag}`);
      }),
  },
];
