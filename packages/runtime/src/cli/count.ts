/** A number with its noun: `1 point`, `2 people`. */
export const count = (number: number, word: string, plural = `${word}s`): string =>
  `${number} ${number === 1 ? word : plural}`;
