import { visibleText } from '@caudal/core';
import type { Language } from './tell.ts';

const most = 160;

/** Words of others in one line of a report: cut, and nothing in it that can not be seen. */
export const short = (text: string): string => {
  const plain = visibleText(text).replaceAll(/\s+/g, ' ').trim();
  return plain.length <= most ? plain : `${plain.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

/** A civil date, `YYYY-MM-DD`, as the reader writes it. */
export const dateText = (date: string, language: Language): string => {
  const [year, month, day] = date.split('-');
  return language === 'es' ? `${day}-${month}-${year}` : `${day}/${month}/${year}`;
};
