/** A JSON column's text; NULL for what is absent. */
export const toText = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** A JSON column's value; null for NULL. */
export const fromText = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));
