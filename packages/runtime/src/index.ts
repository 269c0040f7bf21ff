export { defineRuntime, type OutletUse, type RuleUse, type RuntimeConfig } from './config/define.ts';
export { loadConfigFile } from './config/load-config.ts';
export type { RuntimeOptions } from './config/options.ts';
export { createRuntime, type Runtime } from './main.ts';
export type { Events, RuntimeEvents } from './observe/events.ts';
export type { Operations } from './operate/operations.ts';
export {
  PublishedAlert,
  PublishedMessage,
  PublishedSubmission,
  PublishedValue,
  publishedSchemaVersion,
} from './publish/message.ts';
export { submissionStates, type SubmissionState, type ValueRow } from './store/rows.ts';
