/**
 * Uniform numbers in [0, 1) from a 32-bit seed: mulberry32 by Tommy Ettinger (public domain). The same seed gives the same
 * sequence on every machine.
 */
export const mulberry32 = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Normal deviates with mean 0 and standard deviation 1 from uniform ones (Box–Muller). */
export const normal = (uniform: () => number): (() => number) => {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
};
