/**
 * JSON in the one form of RFC 8785 (JSON Canonicalization Scheme): no spaces, properties sorted by UTF-16 code units, numbers and
 * texts as ECMAScript writes them. The same content gives the same bytes in any language that has a JCS library.
 *
 * Undefined properties are left out. A lone surrogate, which has no UTF-8, becomes U+FFFD: what was typed by somebody or came from a
 * vendor must not be able to stop the audit.
 *
 * @throws TypeError for what JSON has no form for: NaN, infinities, functions
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no canonical JSON`);
  const properties = Object.entries(value)
    .filter(([, property]) => property !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, property]) => `${canonicalJson(name)}:${canonicalJson(property)}`);
  return `{${properties.join(',')}}`;
};
