const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/**
 * Probability that a standard normal variable is above `z`, accurate in the tail too: a series near zero (Marsaglia 2004), a
 * continued fraction (Abramowitz & Stegun 26.2.14) beyond.
 */
export const upperTail = (z: number): number => {
  if (z < 0) return 1 - upperTail(-z);
  if (z > 2) {
    let fraction = z;
    for (let term = 160; term > 0; term -= 1) fraction = z + term / fraction;
    return density(z) / fraction;
  }
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-18; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 - density(z) * sum;
};

/** The `z` above which a standard normal variable is with the given probability, 0 < p ≤ 0.5. Newton's method from below. */
export const upperQuantile = (probability: number): number => {
  let z = 0;
  for (let step = 0; step < 100; step += 1) {
    const next = z + (upperTail(z) - probability) / density(z);
    if (Math.abs(next - z) < 1e-14 * (1 + z)) return next;
    z = next;
  }
  return z;
};
