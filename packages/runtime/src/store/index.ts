export { openStore, type StoreOptions } from './open-store.ts';
export * from './rows.ts';
export * from './store.ts';
