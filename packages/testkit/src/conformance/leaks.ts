/** The characters of base64 that a secret decides wherever it stands: for each of the three alignments. */
const base64Cores = (secret: string): string[] =>
  [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const core = bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });

const spellings = (secret: string): Record<string, readonly string[]> => ({
  plain: [secret],
  'JSON-escaped': [JSON.stringify(secret).slice(1, -1)],
  'URL-encoded': [
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ s: secret }).toString().slice(2),
  ],
  base64: base64Cores(secret),
  reversed: [secret.split('').toReversed().join('')],
  hexadecimal: [Buffer.from(secret).toString('hex')],
});

/** Where in `text` a secret stands, as `name of the secret, spelling`; never the secret itself. */
export const leaks = (text: string, secrets: Readonly<Record<string, string>>): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(spellings(secret))
      .filter(([, forms]) => forms.some((form) => form.length >= 4 && text.includes(form)))
      .map(([spelling]) => `${name} (${spelling})`),
  );

/** All text in a value: keys, strings, bytes as UTF-8, and messages, stacks and causes of errors. */
export const textIn = (value: unknown, depth = 8, seen = new Set<unknown>()): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if (seen.has(value) || depth === 0) return '';
  seen.add(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  const parts = Object.entries(value).map(([key, item]) => `${key}: ${textIn(item, depth - 1, seen)}`);
  if (value instanceof Error) {
    parts.push(value.message, value.stack ?? '', textIn(value.cause, depth - 1, seen));
  }
  return parts.join('\n');
};
