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
export * from './fakes/accelerated-clock.ts';
export * from './fakes/fake-host.ts';
export * from './fakes/settled.ts';
export * from './fakes/virtual-clock.ts';
export * from './faults/fault-server.ts';
export { type RecordedRequest } from './faults/recorded-request.ts';
export * from './faults/reply.ts';
export * from './faults/untrusted-certificate.ts';
export { complianceConformance, type ComplianceConformanceOptions } from './suites/compliance.ts';
export { notifierConformance, type NotifierConformanceOptions } from './suites/notifier.ts';
export {
  type ProviderAnswers,
  providerConformance,
  type ProviderConformanceOptions,
  type ProviderStream,
} from './suites/provider.ts';
export { ruleConformance, type RuleConformanceOptions } from './suites/rule.ts';
