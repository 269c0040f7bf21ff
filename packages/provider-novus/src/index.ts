export { type NovusLogger, novusLoggers, novusSentinels } from './loggers.ts';
export { novus, type NovusConfig, novusDefinition } from './provider.ts';
