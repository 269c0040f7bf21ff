/** The spellings of one name that a plugin needs. */
export interface Names {
  /** `my-vendor`: the plugin's id. */
  readonly id: string;
  /** `myVendor`: the factory. */
  readonly identifier: string;
  /** `My Vendor`: for people. */
  readonly title: string;
  /** `MY_VENDOR`: in environment variables. */
  readonly variable: string;
}

/** Words that would be no legal name of a factory. */
const reserved = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

/** Why a name can not be used, or undefined. */
export const wrongName = (id: string): string | undefined => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    return 'lower case letters, digits and single dashes, beginning with a letter, such as my-vendor';
  return reserved.has(id) ? `${id} is a word of the language` : undefined;
};

export const namesOf = (id: string): Names => {
  const words = id.split('-');
  const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
  return {
    id,
    identifier: words.map((word, index) => (index === 0 ? word : capital(word))).join(''),
    title: words.map(capital).join(' '),
    variable: words.join('_').toUpperCase(),
  };
};

/** Why a package name can not be used, or undefined. */
export const wrongPackageName = (name: string): string | undefined =>
  /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name) && name.length <= 214
    ? undefined
    : 'a name that npm takes: lower case, such as caudal-provider-my-vendor or @my-company/my-vendor';
