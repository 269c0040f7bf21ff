import type { Metrics } from './metrics.ts';

/** Who does a part of the work. */
export interface PartReport {
  readonly part: string;
  /** `here`, the name of another instance, or null while nobody known here does it. */
  readonly by: string | null;
}

export interface Parts {
  begun(part: string): void;
  ended(part: string): void;
  /** By part: the other instance that does it. */
  elsewhere(others: ReadonlyMap<string, string>): void;
  report(): readonly PartReport[];
}

export const createParts = (names: readonly string[], metrics: Metrics): Parts => {
  const here = new Set<string>();
  let others: ReadonlyMap<string, string> = new Map();
  const gauge = (part: string) => metrics.set('caudal_part_held', { part }, here.has(part) ? 1 : 0);
  for (const part of names) gauge(part);
  return {
    begun(part) {
      here.add(part);
      gauge(part);
    },
    ended(part) {
      here.delete(part);
      gauge(part);
    },
    elsewhere(found) {
      others = found;
    },
    report: () => names.map((part) => ({ part, by: here.has(part) ? 'here' : (others.get(part) ?? null) })),
  };
};
