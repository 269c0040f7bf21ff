/** Controls but line break and tab, marks that change the direction of what follows, characters without width. Joiners stay: scripts and emoji need them. */
const invisible = /(?![\n\t])\p{Cc}|[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/gu;

/** Text of a vendor as it may be shown: what hides or turns other text around is gone, and what is longer than `most` says so. */
export const clean = (text: string, most: number): string => {
  const plain = text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(invisible, '');
  return plain.length <= most ? plain : `${plain.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')} […]`;
};

/** The same on one line: a header with a line break would be cut or become two. */
export const cleanLine = (text: string, most: number): string => clean(text.replaceAll(/\s+/g, ' ').trim(), most);
