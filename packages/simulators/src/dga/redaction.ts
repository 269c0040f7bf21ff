const hidden = '***';

/** Takes every known password out of what the ledger keeps, wherever it stands. */
export interface Redaction {
  text(text: string): string;
  /** Also the value of any key named `password`, known or not. */
  body(text: string): string;
  /** The values of a record; credentials by their name too. */
  fields(fields: Readonly<Record<string, string>>): Record<string, string>;
}

/** `passwords` is read at each use, so that a changed password is known. */
export const createRedaction = (passwords: ReadonlyMap<string, string>): Redaction => {
  const text = (dirty: string) => {
    let clean = dirty;
    for (const password of passwords.values()) if (password !== '') clean = clean.replaceAll(password, hidden);
    return clean;
  };
  return {
    text,
    body: (dirty) => text(dirty.replaceAll(/("password"\s*:\s*)"(?:[^"\\]|\\.)*"/g, `$1"${hidden}"`)),
    fields: (fields) =>
      Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          /^(authorization|cookie)$/.test(name) ? hidden : text(value),
        ]),
      ),
  };
};
