import type { Message } from '@caudal/core';
import type { NoticeWords } from '../config/notice-words.ts';
import type { UserRow } from '../store/access.ts';
import { fill } from './words.ts';

const words = {
  es: {
    title: 'Cambie su contraseña de Caudal',
    text: `{person}, alguien pidió cambiar la contraseña de {address} en Caudal.

Abra el enlace y elija una nueva. Sirve una sola vez y durante {minutes} minutos; si pide otro, este deja de servir.

Si no fue usted, no haga nada: su contraseña sigue igual.`,
  },
  en: {
    title: 'Change your Caudal password',
    text: `{person}, somebody asked to change the password of {address} in Caudal.

Open the link and choose a new one. It works once and for {minutes} minutes; when you ask for another, this one no longer works.

If it was not you, do nothing: your password stays as it is.`,
  },
} as const;

/** The mail with which a user who forgot the password sets a new one, in the user's language. */
export const wordReset = (
  { name, email, language: wanted }: UserRow,
  { link, minutes, own = {} }: { readonly link: string; readonly minutes: number; readonly own?: NoticeWords },
): Message => {
  const language = wanted === 'en' ? 'en' : 'es';
  const said = { ...words[language], ...own[language]?.reset };
  const values = { person: name, address: email, minutes: String(minutes) };
  return {
    event: 'account.reset',
    severity: 'info',
    language: language === 'es' ? 'es-CL' : 'en',
    title: fill(said.title, values).replaceAll(/\s+/g, ' ').trim(),
    text: fill(said.text, values),
    facts: [],
    link,
  };
};
