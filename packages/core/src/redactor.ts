/** Replaces known secrets in text, in every spelling they may have on a wire: plain, JSON-, URL- and base64-encoded. */
export interface Redactor {
  /** Makes a secret known. Very short ones (under 4 characters) are ignored: they would blank ordinary text. */
  add(secret: string): void;
  text(value: string): string;
  /** A deep copy with every string and key redacted; errors become plain objects with message, detail and causes. */
  deep(value: unknown): unknown;
}

const mask = '[redacted]';

/** Shortest secret that is looked for, and the length of the prefixes by which spellings are found. */
const shortest = 4;

/** Nesting past this is cut: a hostile body must not overflow the stack of whoever logs it. */
const deepest = 64;

/** One way to write a secret. `before` and `after` tell that the neighbouring character holds some of its bits too. */
interface Spelling {
  readonly text: string;
  readonly before: boolean;
  readonly after: boolean;
}

/**
 * Base64 of the secret inside a longer text, such as `user:secret` of basic authentication. Three bytes make four characters,
 * so the secret looks different for each of the three places where it may start; the characters at its ends also hold bits
 * of its neighbours and are known only in part.
 */
const base64Spellings = (secret: string): Spelling[] =>
  [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const [from, to] = [Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    const core = bytes.toString('base64').slice(from, to);
    const edges = { before: shift > 0, after: bytes.length % 3 > 0 };
    const url = core.replaceAll('+', '-').replaceAll('/', '_');
    return [core, url, encodeURIComponent(core)].map((text) => ({ text, ...edges }));
  });

const spellings = (secret: string): Spelling[] => {
  // Half a surrogate pair has no URL encoding; on a wire it becomes the replacement character.
  const wellFormed = Buffer.from(secret).toString();
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(wellFormed);
  const plain = [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURI(wellFormed),
    new URLSearchParams({ s: wellFormed }).toString().slice(2),
  ];
  return [...plain.map((text) => ({ text, before: false, after: false })), ...base64Spellings(secret)];
};

/** A redactor that starts empty. One per host: a secret of one is no business of another. */
export const createRedactor = (): Redactor => {
  const known = new Set<string>();
  /** By their first characters and longest first, so that a text is read once however many secrets there are. */
  const byPrefix = new Map<string, Spelling[]>();

  const add = (secret: string) => {
    if (secret.length < shortest || known.has(secret)) return;
    known.add(secret);
    for (const spelling of spellings(secret)) {
      const prefix = spelling.text.slice(0, shortest);
      const others = byPrefix.get(prefix) ?? [];
      if (prefix.length < shortest || others.some(({ text }) => text === spelling.text)) continue;
      byPrefix.set(
        prefix,
        [...others, spelling].toSorted((a, b) => b.text.length - a.text.length),
      );
    }
  };

  const text = (value: string) => {
    if (byPrefix.size === 0) return value;
    let out = '';
    let [from, to] = [0, 0];
    for (let at = 0; at + shortest <= value.length; at += 1) {
      const found = byPrefix
        .get(value.slice(at, at + shortest))
        ?.find((spelling) => value.startsWith(spelling.text, at));
      if (found === undefined) continue;
      const start = found.before ? Math.max(0, at - 1) : at;
      const end = at + found.text.length;
      const reach = found.after && /[\w+/-]/.test(value.charAt(end)) ? end + 1 : end;
      // Two secrets may overlap; then one mask covers both.
      if (start >= to) {
        out += (to > from ? mask : '') + value.slice(to, start);
        from = start;
      }
      to = Math.max(to, reach);
    }
    return out + (to > from ? mask : '') + value.slice(to);
  };

  const deep = (value: unknown, above: readonly unknown[]): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '[circular]';
    if (above.length >= deepest) return '[too deep]';
    const inside = [...above, value];
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Error) {
      const { name, message, cause, errors, ...rest } = value as Error & Record<string, unknown>;
      const facts = { name, message, ...rest, ...(errors === undefined ? {} : { errors }) };
      return deep(cause === undefined ? facts : { ...facts, cause }, inside);
    }
    if (Array.isArray(value)) return value.map((item) => deep(item, inside));
    if (value instanceof Map || value instanceof Set) return [...value].map((item) => deep(item, inside));
    if ('toJSON' in value && typeof value.toJSON === 'function') return deep(value.toJSON(), inside);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), deep(item, inside)]));
  };

  return { add, text, deep: (value) => deep(value, []) };
};
