/** A JSON column's text; NULL for what is absent. */
export const toText = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** A JSON column's value; null for NULL. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the column holds is known to the caller alone
export const fromText = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));
