export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  everything,
  type Versioned,
} from './client.ts';
export { type LiveEvent, liveEvents } from './events.ts';
export type { Operations } from './generated/operations.ts';
export type * from './generated/schemas.ts';
export { ApiProblem } from './problem.ts';
