import type { Claim } from '../claims.ts';

/** An instance that looked a short while ago. */
export interface Standing {
  readonly id: string;
  readonly roles: readonly string[];
}

/**
 * Which of its claims an instance should leave to another, so that equal instances have about the same number of them: one at a time, and
 * only to one that then still has no more than itself.
 *
 * @param held by instance: how many claims it has
 */
export const toLeave = (
  me: string,
  holds: readonly Claim[],
  instances: readonly Standing[],
  held: ReadonlyMap<string, number>,
): { readonly claim: Claim; readonly by: string } | undefined => {
  const least = instances
    .filter(({ id }) => id !== me)
    .map(({ id, roles }) => ({
      id,
      count: held.get(id) ?? 0,
      claim: holds.find(({ role }) => roles.includes(role)),
    }))
    .filter(({ count, claim }) => claim !== undefined && count + 2 <= holds.length)
    .toSorted((a, b) => a.count - b.count || (a.id < b.id ? -1 : 1))[0];
  return least?.claim === undefined ? undefined : { claim: least.claim, by: least.id };
};
