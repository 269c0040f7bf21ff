import { type Fault, isFault } from '../faults.ts';

/**
 * How a POST is treated.
 *
 * | behaviour | stored | answer |
 * |---|---|---|
 * | `normal` | if valid and new | by the contract |
 * | `no-receipt` | if valid and new | `00` without `numeroComprobante` |
 * | `duplicate-without-receipt` | if valid and new | a duplicate is answered without its receipt |
 * | `store-wrong` | with another flow | `00` with receipt |
 * | `refuse-CODE` | no | HTTP 200 with that `status` |
 * | `mismatch` | no | 400, the user is not the informant of the work |
 * | any {@link Fault} | as the fault says | as the fault says |
 */
export type PostBehaviour =
  | 'normal'
  | 'no-receipt'
  | 'duplicate-without-receipt'
  | 'store-wrong'
  | 'mismatch'
  | `refuse-${string}`
  | Fault;

/** How a receipt query is treated: `strip-zeros` answers `0.0` for a stored `0.00`; `unknown` denies every receipt. */
export type GetBehaviour = 'normal' | 'strip-zeros' | 'unknown' | Fault;

const posts: ReadonlySet<string> = new Set([
  'normal',
  'no-receipt',
  'duplicate-without-receipt',
  'store-wrong',
  'mismatch',
]);
const gets: ReadonlySet<string> = new Set(['normal', 'strip-zeros', 'unknown']);

export const isPostBehaviour = (name: string): name is PostBehaviour =>
  posts.has(name) || /^refuse-.+$/.test(name) || isFault(name);

export const isGetBehaviour = (name: string): name is GetBehaviour => gets.has(name) || isFault(name);
