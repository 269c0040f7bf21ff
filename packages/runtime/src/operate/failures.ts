import type { Draft } from '@caudal/core';
import type { Services } from '../services.ts';

const atMost = 1_000;

/**
 * Slots that passed their maximum lag, by target, each with the notice that its regulator wants: a draft for a person to complete and
 * hand in. At most a thousand slots, the newest.
 */
export const failures = async (
  { store, domain, plugins }: Services,
  { obligation, from, to }: { readonly obligation?: string; readonly from?: number; readonly to?: number },
) => {
  const rows = await store.read.submissionList({
    states: ['failed-reported'],
    limit: atMost,
    ...(obligation === undefined ? {} : { obligation }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  return [...Map.groupBy(rows, ({ target }) => target)].map(([target, slots]) => {
    const oldest = Math.min(...slots.map(({ slot }) => slot));
    const newest = Math.max(...slots.map(({ slot }) => slot));
    const causes = [...new Set(slots.flatMap(({ reason }) => reason ?? []))];
    const draft: Draft | null =
      plugins.targets.get(target)?.instance.draftOutage?.({
        works: [...new Set(slots.map(({ work }) => work))],
        from: oldest,
        to: newest,
        cause: causes.slice(0, 5).join('; '),
      }) ?? null;
    return {
      target,
      slots: slots.map(({ id, obligation: of, work, slot, maxLagAt, reason }) => ({
        id,
        obligation: of,
        work,
        slot,
        maxLagAt,
        reason,
        point: Object.values(domain.obligations.get(of)?.members ?? {})[0]?.series.split('/')[0] ?? null,
      })),
      draft,
    };
  });
};

export type Failures = Awaited<ReturnType<typeof failures>>;
