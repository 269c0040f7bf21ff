import { isGsm7 } from './gsm7.ts';

/** Near equals in GSM-7 of what Spanish texts and units have and it lacks. é, ñ, ü, ¿ and ¡ are in it. */
const near: Readonly<Record<string, string>> = {
  á: 'a',
  í: 'i',
  ó: 'o',
  ú: 'u',
  Á: 'A',
  Í: 'I',
  Ó: 'O',
  Ú: 'U',
  º: 'o',
  ª: 'a',
  '²': '2',
  '³': '3',
  '•': '-',
  '·': '.',
  '–': '-',
  '—': '-',
  '…': '...',
  '“': '"',
  '”': '"',
  '«': '"',
  '»': '"',
  '‘': "'",
  '’': "'",
  '\u00A0': ' ',
  '\u202F': ' ',
};

/** The text in GSM-7, or unchanged when something would still be missing: half a transliteration loses letters and saves nothing. */
export const transliterate = (text: string): string => {
  const replaced = text.replaceAll(/[^\u0020-\u007E\n]/gu, (character) => near[character] ?? character);
  return isGsm7(replaced) ? replaced : text;
};
