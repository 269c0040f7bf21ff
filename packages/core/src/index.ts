export * from './clock.ts';
export * from './codes.ts';
export * from './compliance.ts';
export * from './decimal.ts';
export * from './defaults.ts';
export * from './errors.ts';
export * from './expression/index.ts';
export * from './flags.ts';
export * from './host.ts';
export * from './level.ts';
export { mistakeWords } from './mistake-words.ts';
export * from './notifier.ts';
export * from './open.ts';
export * from './outlet.ts';
export {
  type AnyDefinition,
  type Awaitable,
  type Call,
  type CheckResult,
  type ConfigOf,
  configured,
  type Definition,
  type Instance,
  isPlugin,
  type Kind,
  type Plugin,
  type Spec,
} from './plugin.ts';
export * from './problem-list.ts';
export * from './provider.ts';
export * from './pulse-constants.ts';
export * from './pulses.ts';
export * from './redactor.ts';
export * from './same-text.ts';
export * from './rule.ts';
export * from './rut.ts';
export { secretPaths } from './schema-parts.ts';
export { around, filled, type Param, type Params, type Said, sayer, type Sayer } from './said.ts';
export * from './schema.ts';
export * from './secrets.ts';
export * from './spelled-json.ts';
export { SpelledNumber } from './spellings.ts';
export * from './time.ts';
export * from './units.ts';
export * from './validate.ts';
export * from './visible-text.ts';
export * from './domain/index.ts';
