/** What a sentence is filled with. JSON, so that it can be said again in another language. */
export type Param = string | number | boolean | null | readonly (string | number | boolean | null)[];
export type Params = Readonly<Record<string, Param>>;

/** A sentence for people. With a code it is one of a table, whose codes never change meaning; without, somebody's own words. */
export interface Said {
  /** In English. */
  readonly message: string;
  readonly code?: string;
  readonly params?: Params;
}

/** What is said around any sentence when its params have it: where in a formula, what was probably meant, at which point. */
export const around = {
  'at-character': 'at character {character}: ',
  'did-you-mean': '; did you mean "{meant}"?',
  'at-point': ' (at point {atPoint})',
} as const;

type Around = Partial<Readonly<Record<'character' | 'meant' | 'atPoint', Param | undefined>>>;

/** Names that stand in braces in a sentence. */
type NamesIn<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${string} ${string}` ? never : Name) | NamesIn<Rest>
  : never;

type Given<Sentence extends string> = [NamesIn<Sentence>] extends [never]
  ? [params?: Around]
  : [params: Readonly<Record<NamesIn<Sentence>, Param>> & Around];

const textOf = (param: Param): string =>
  typeof param === 'object' && param !== null ? param.map((one) => JSON.stringify(one)).join(', ') : String(param);

/** A sentence with its `{names}` filled in, and what is said around it. */
export const filled = (
  words: Readonly<Record<string, string>>,
  code: string,
  params: Params,
  text = textOf,
): string => {
  const fill = (sentence = '') =>
    sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const param = params[name];
      return param === undefined ? whole : text(param);
    });
  const when = (param: string, word: keyof typeof around) => (params[param] === undefined ? '' : fill(words[word]));
  return [
    when('character', 'at-character'),
    fill(words[code]),
    when('meant', 'did-you-mean'),
    when('atPoint', 'at-point'),
  ].join('');
};

/** Says a sentence of a table by its code, with what fills it. */
export type Sayer<Words extends Readonly<Record<string, string>>> = <Code extends keyof Words & string>(
  code: Code,
  ...given: Given<Words[Code]>
) => Required<Said>;

/** Says the sentences of one table, so that nothing is said that has no code, and no code lacks words or what fills them. */
export const sayer =
  <const Words extends Readonly<Record<string, string>>>(words: Words): Sayer<Words> =>
  (code, ...[given = {}]) => {
    const params = Object.fromEntries(Object.entries(given).filter(([, param]) => param !== undefined)) as Params;
    return { code, params, message: filled(words, code, params) };
  };
