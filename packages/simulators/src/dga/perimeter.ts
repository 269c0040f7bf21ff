import type { Clock } from '@caudal/core';
import type { ViolationKind } from './ledger.ts';

/** When and how the perimeter blocks a Centro de Control. The manual says that it may; this trigger is an assumption. */
export interface BlockRule {
  readonly afterResends: number;
  /** What counts besides resends of received measurements. Default nothing. */
  readonly also?: readonly ViolationKind[];
  readonly forMs: number;
  readonly as: 'html-403' | 'reset';
}

/** The automatic block for anomalous traffic (manual, sections 6.3 and 7). */
export interface Perimeter {
  /** How the Centro's requests are treated now; undefined when it is not blocked. */
  blocked(centre: string | undefined): 'html-403' | 'reset' | undefined;
  /** Blocks the Centro when its resends of received measurements have reached the limit since the last block. */
  watch(centre: string | undefined): void;
  unblock(centre: string): void;
}

export const createPerimeter = (
  clock: Clock,
  rule: BlockRule | undefined,
  resends: (centre: string) => number,
): Perimeter => {
  const until = new Map<string, number>();
  const counted = new Map<string, number>();
  const perimeter: Perimeter = {
    blocked: (centre) =>
      centre !== undefined && clock.now() < (until.get(centre) ?? Number.NEGATIVE_INFINITY) ? rule?.as : undefined,
    watch(centre) {
      if (rule === undefined || centre === undefined || perimeter.blocked(centre) !== undefined) return;
      const now = resends(centre);
      if (now - (counted.get(centre) ?? 0) < rule.afterResends) return;
      counted.set(centre, now);
      until.set(centre, clock.now() + rule.forMs);
    },
    unblock: (centre) => {
      until.delete(centre);
    },
  };
  return perimeter;
};
