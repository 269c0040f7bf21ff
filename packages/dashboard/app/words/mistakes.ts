import { preferences } from '../preferences.ts';

/** What a schema has against a value, for people: by what the API says. */
const sentences: readonly (readonly [said: RegExp, es: string, en: string])[] = [
  [/^is required$/, 'falta', 'is needed'],
  [/^must be (number|integer)$/, 'debe ser un número', 'must be a number'],
  [/^must be string$/, 'debe ser un texto', 'must be text'],
  [/^must match pattern/, 'no tiene la forma que se espera', 'does not have the form that is expected'],
  [/^must be equal to one of/, 'no es uno de los valores posibles', 'is none of the possible values'],
  [/^must be > (.+)$/, 'debe ser mayor que $1', 'must be greater than $1'],
  [/^must be >= (.+)$/, 'debe ser al menos $1', 'must be at least $1'],
  [/^must be <= (.+)$/, 'debe ser a lo más $1', 'must be at most $1'],
  [
    /^must not have fewer than (\d+) characters?/,
    'debe tener al menos $1 caracteres',
    'must have at least $1 characters',
  ],
  [
    /^must not have more than (\d+) characters?/,
    'debe tener a lo más $1 caracteres',
    'must have at most $1 characters',
  ],
  [/^must not have fewer than (\d+) (items|properties)/, 'debe tener al menos $1', 'must have at least $1'],
];

/** A mistake in the language of the page; what only the runtime can say stays as it says it. */
export const sentence = (message: string): string => {
  for (const [said, es, en] of sentences)
    if (said.test(message))
      return message.replace(said, preferences().language === 'es' ? es : en).replace(/ ".*$/, '');
  return message;
};
