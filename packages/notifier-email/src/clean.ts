import { visibleText } from '@caudal/core';

/** Text of a vendor as it may be shown: what hides or turns other text around is gone, and what is longer than `most` says so. */
export const clean = (text: string, most: number): string => {
  const plain = visibleText(text);
  return plain.length <= most ? plain : `${plain.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')} […]`;
};

/** The same on one line: a header with a line break would be cut or become two. */
export const cleanLine = (text: string, most: number): string => clean(text.replaceAll(/\s+/g, ' ').trim(), most);
