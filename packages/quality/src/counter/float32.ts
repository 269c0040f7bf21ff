/** Distance between neighbouring float32 numbers at `value`: 0.0625 at 999 999.9, 0.125 at 1 234 567. */
export const float32Precision = (value: number): number => 2 ** (Math.floor(Math.log2(value)) - 23);

/**
 * From which value on a float32 is coarser than the step, so that the register loses its last digit; where `known` is the
 * precision found already, from where it gets coarser still.
 */
export const float32From = (step: number, known: number): number =>
  known > 0 ? known * 2 ** 24 : 2 ** (Math.floor(Math.log2(step)) + 24);
