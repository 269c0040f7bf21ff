/** Data kept in the database beside the provisioned files. */
export { type Entity, isKeptKind, type KeptKind, keptKinds } from './entity.ts';
export type { Effects } from './effects.ts';
export {
  type By,
  type Kept,
  type KeptEvent,
  type KeptInput,
  type KeptPut,
  openKept,
  type Preview,
  type Version,
} from './kept.ts';
export type { EntityPage, EntityQuery } from './query.ts';
export { KeptRefusal, type RefusalReason } from './refusal.ts';
