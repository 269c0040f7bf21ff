import type { Asked } from '../store/rows.ts';

/** Up to where each variable was asked for; what a device's stream brought is of all of them. */
export const askedTo = (asked: readonly Asked[], variables: readonly string[]): ReadonlyMap<string, number> => {
  const known = new Map(asked.map(({ variable, to }) => [variable, to]));
  const streamed = known.get('') ?? -Infinity;
  return new Map(
    variables.flatMap((name): [string, number][] => {
      const to = Math.max(known.get(name) ?? -Infinity, streamed);
      return to === -Infinity ? [] : [[name, to]];
    }),
  );
};
