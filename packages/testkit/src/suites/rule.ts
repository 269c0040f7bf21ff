import { caseChecks } from '../cases/case-checks.ts';
import { runRuleCase } from '../cases/rule-case.ts';
import { caseRows } from '../checks/cases.ts';
import { ruleChecks } from '../checks/rule.ts';
import { httpRemote } from '../conformance/remote.ts';
import { type Suite, suiteOf } from '../conformance/suite.ts';
import { replies } from '../faults/reply.ts';
import type { RuleConformanceOptions, RuleSubject } from '../subjects/rule.ts';

/** The checks for one rule. */
export const ruleConformance = (options: RuleConformanceOptions): Suite => {
  const { definition, config } = options.plugin;
  const { id, version } = definition;
  const subject: RuleSubject = {
    options,
    definition,
    plugin: () => options.plugin,
    givesUpSoon: undefined,
    secrets: {},
    issuedSecrets: [],
    login: undefined,
    packageVersion: options.packageVersion,
    schemaBaseline: options.schemaBaseline,
    readme: options.readme,
    schemas: {
      config: { schema: definition.config, samples: [config] },
      params: { schema: definition.params, samples: [options.params] },
    },
    calls: () => [],
    remote: () => httpRemote({ ok: replies.json({}) }),
  };
  const checks = [...ruleChecks, ...caseChecks(caseRows.rule, definition, options.caseFolders, runRuleCase)];
  return suiteOf({ kind: 'rule', plugin: { id, version } }, checks, subject, options.skip);
};
