export { alreadyThere, type Files, writeFiles } from './files.ts';
export { notifiers, providers, targets } from './adapters.ts';
export { type Kind, kinds, type PluginKind, pluginKinds } from './kinds.ts';
export { type PluginAnswers, pluginProject } from './plugin-project.ts';
export { type RuntimeAnswers, runtimeProject } from './runtime-project.ts';
