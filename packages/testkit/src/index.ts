export { readCase, writeCase } from './cases/case-folder.ts';
export type { RecordedCase } from './cases/recorded-case.ts';
export type { AnyCase } from './cases/case-schemas.ts';
export type { CaseOptions } from './cases/case-checks.ts';
export type { CaseAnswer, CaseRequest } from './cases/every-case-format.ts';
export type { CaseReport, ComplianceCase } from './cases/compliance-format.ts';
export type { NotifierCase } from './cases/notifier-format.ts';
export type { CaseRecord, ProviderCase, ProviderExpected } from './cases/provider-format.ts';
export type { CaseSamples, JudgeCase } from './cases/rule-format.ts';
export { type CheckRow, checkTable } from './checks/table.ts';
export { type Behaviour, type HttpAnswers, type Login, type Remote } from './conformance/remote.ts';
export { type RuleCase, type Samples } from './conformance/rule-feed.ts';
export {
  type BoundCheck,
  type CheckResult,
  registerConformance,
  type Report,
  runConformance,
  type Runner,
  type Suite,
} from './conformance/suite.ts';
export { readReports, reportText, writeReports } from './conformance/report.ts';
export * from './fakes/accelerated-clock.ts';
export * from './fakes/fake-host.ts';
export * from './fakes/settled.ts';
export * from './fakes/virtual-clock.ts';
export * from './faults/fault-proxy.ts';
export * from './faults/fault-server.ts';
export { type RecordedRequest } from './faults/recorded-request.ts';
export * from './faults/reply.ts';
export * from './faults/untrusted-certificate.ts';
export { refreshTables, tablesIn } from './readme/refresh-tables.ts';
export { schemaTable } from './readme/schema-table.ts';
export type { ComplianceConformanceOptions } from './subjects/compliance.ts';
export type { NotifierConformanceOptions } from './subjects/notifier.ts';
export type { ProviderAnswers, ProviderConformanceOptions, ProviderStream } from './subjects/provider.ts';
export type { RuleConformanceOptions } from './subjects/rule.ts';
export { complianceConformance } from './suites/compliance.ts';
export { notifierConformance } from './suites/notifier.ts';
export { packageConformance } from './suites/package.ts';
export { providerConformance } from './suites/provider.ts';
export { ruleConformance } from './suites/rule.ts';
