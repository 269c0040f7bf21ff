import type { ComplianceInstance } from '@caudal/core';
import { caseChecks } from '../cases/case-checks.ts';
import { runComplianceCase } from '../cases/compliance-case.ts';
import { caseRows } from '../checks/cases.ts';
import { complianceChecks } from '../checks/compliance.ts';
import { httpRemote } from '../conformance/remote.ts';
import type { NamedCall } from '../conformance/session.ts';
import { type Suite, suiteOf } from '../conformance/suite.ts';
import type { AnyReport, ComplianceConformanceOptions, ComplianceSubject } from '../subjects/compliance.ts';

const callsOf =
  (options: ComplianceConformanceOptions) =>
  (instance: ComplianceInstance): NamedCall[] => {
    const { report, sendTime, confirm } = options;
    const calls: NamedCall[] = [
      { name: 'check', run: async (signal) => instance.check({ signal, work: report.work }) },
      {
        name: 'submit',
        run: async (signal) => instance.submit({ signal, report, sendTime, artifact: instance.render(report) }),
      },
    ];
    if (instance.confirm !== undefined && confirm !== undefined) {
      const { receipt } = confirm;
      calls.push({ name: 'confirm', run: async (signal) => instance.confirm?.({ signal, receipt, report }) });
    }
    if (instance.find !== undefined && options.find !== undefined)
      calls.push({
        name: 'find',
        run: async (signal) =>
          instance.find?.({ signal, report: { ...report, submissions: report.submissions.slice(0, 1) } }),
      });
    return calls;
  };

/** The checks for one compliance target. Needs no credentials and no network but loopback. */
export const complianceConformance = (options: ComplianceConformanceOptions): Suite => {
  const { definition, config } = options.plugin('http://127.0.0.1:9');
  const { id, version } = definition;
  const { accepted, routes, badCredentials } = options.answers;
  const answers = {
    ok: accepted,
    ...(routes === undefined ? {} : { routes }),
    ...(badCredentials === undefined ? {} : { badCredentials }),
  };
  const subject: ComplianceSubject = {
    options,
    definition,
    report: options.report as AnyReport,
    plugin: (baseUrl) => options.plugin(baseUrl),
    givesUpSoon: options.givesUpSoon,
    secrets: options.secrets ?? {},
    issuedSecrets: options.issuedSecrets ?? [],
    login: options.login,
    packageVersion: options.packageVersion,
    schemaBaseline: options.schemaBaseline,
    readme: options.readme,
    schemas: {
      config: { schema: definition.config, samples: [config] },
      work: { schema: definition.work, samples: [options.report.work.settings] },
      member: { schema: definition.member, samples: Object.values(options.report.members) },
    },
    calls: callsOf(options),
    remote: () => httpRemote(answers, options.login),
  };
  const checks = [
    ...complianceChecks,
    ...caseChecks(caseRows.compliance, definition, options.cases, runComplianceCase),
  ];
  return suiteOf({ kind: 'compliance', plugin: { id, version } }, checks, subject, options.skip);
};
