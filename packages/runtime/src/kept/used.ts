import type { Domain } from '../config/domain.ts';
import type { Store } from '../store/store.ts';
import { KeptRefusal } from './refusal.ts';

const farthest = 8_640_000_000_000_000;

/**
 * What something was done with can not go, and can not become another thing: its history would be somebody else's.
 *
 * @throws KeptRefusal `referred`
 */
export const assertFree = async (store: Pick<Store, 'read'>, before: Domain, after: Domain): Promise<void> => {
  for (const id of before.series.keys()) {
    if (after.series.has(id)) continue;
    const [value] = await store.read.values({ series: [id], from: -farthest, to: farthest, limit: 1 });
    if (value !== undefined)
      throw new KeptRefusal(
        'referred',
        `${id} has values since ${new Date(value.at).toISOString()}; leave it, and set the point INACTIVE or end its bindings`,
      );
  }
  for (const [id, old] of before.obligations) {
    const now = after.obligations.get(id);
    if (now !== undefined && now.target === old.target && now.work.code === old.work.code) continue;
    const [submission] = await store.read.submissionList({ obligation: id, limit: 1 });
    if (submission !== undefined)
      throw new KeptRefusal(
        'referred',
        `obligation ${id} has submissions to ${old.target} for work ${old.work.code}; end it with "to", and begin another one`,
      );
  }
};
