/**
 * Controls, marks that change the direction of what follows, and characters without width. Joiners stay: scripts and emoji need them.
 */
const invisible = /(?![\n\t])\p{Cc}|[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/gu;

/**
 * Text of a vendor as a person may be shown it: what hides other text or turns it around is gone, every line break is `\n`, and
 * half characters are replaced. Line breaks and tabs stay. Markup is not escaped: that is for the channel that has markup.
 */
export const visibleText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(invisible, '');
