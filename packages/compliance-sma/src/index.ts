export type { SmaOptions } from './config.ts';
export { type Change, draftChange } from './draft-change.ts';
export { sma, type SmaDefinition } from './sma.ts';
export { type Member, processPattern, type Work } from './work.ts';
