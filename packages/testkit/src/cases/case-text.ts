/** The order in which people read; keys that are not listed follow by name. */
const reading = `
  why origin act config secrets issued now devices work members params window limit report sendTime samples silenceMs
  method path query headers record needed request idempotencyKey message attachments answers
  device variable at value raw unit vendorId vendorAt atArrival
  kind status key role code flag from to until receipt reason sent scope retryAfterMs
  readings problems more ok issues artifact outcomes confirmation externalId events findings corrections error response requests
  receivedAt mediaType slots envelope file
`;

const rank = new Map(
  reading
    .trim()
    .split(/\s+/)
    .map((key, index) => [key, index]),
);
const last = rank.size;

/** A copy whose keys stand in one order, so that equal values are equal texts. */
const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = entries.toSorted(([a], [b]) => (rank.get(a) ?? last) - (rank.get(b) ?? last) || (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, ordered(item)]));
};

const lineOf = (value: unknown) => JSON.stringify(ordered(value));

/** One line for each key, and one for each item of its lists: what a person compares. */
export const caseLines = (value: Readonly<Record<string, unknown>>): string[] => {
  const entries = Object.entries(ordered(value) as object);
  const lines = entries.flatMap(([key, item], index) => {
    const comma = index === entries.length - 1 ? '' : ',';
    if (!Array.isArray(item) || item.length === 0) return [`  ${JSON.stringify(key)}: ${lineOf(item)}${comma}`];
    const items = item.map((one, place) => `    ${lineOf(one)}${place === item.length - 1 ? '' : ','}`);
    return [`  ${JSON.stringify(key)}: [`, ...items, `  ]${comma}`];
  });
  return ['{', ...lines, '}'];
};

/** The text of `case.json` or `expected.json`. */
export const caseText = (value: object): string => `${caseLines(value as Record<string, unknown>).join('\n')}\n`;
