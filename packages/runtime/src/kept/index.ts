/** Data kept in the database beside the provisioned files. */
export { type Entity, type KeptKind, keptKinds } from './entity.ts';
export { type By, type Kept, type KeptPut, openKept, type Preview, type Version } from './kept.ts';
export type { EntityPage, EntityQuery } from './query.ts';
export { KeptRefusal } from './refusal.ts';
