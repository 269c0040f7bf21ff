const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = Buffer.from('"\\{}[]');
const spaces = new Set(Buffer.from(' \t\r\n'));

/** What came out of a chunk. `broken` says why nothing more can come: the stream is not what it should be. */
export interface Split {
  /** Whole documents in order, byte for byte. */
  readonly documents: readonly Uint8Array[];
  readonly broken?: string;
}

export interface Splitter {
  push(chunk: Uint8Array): Split;
  /** Bytes of the document that is not whole yet. */
  readonly pending: number;
}

/**
 * Cuts a stream of JSON objects and lists that follow one another without a separator. The stream may be cut anywhere, also
 * inside a character: everything that structures JSON is ASCII, and no byte of a longer UTF-8 sequence is. Documents are
 * framed, not parsed. Holds at most `maxBytes` of an unfinished one.
 */
export const createSplitter = (maxBytes: number): Splitter => {
  let parts: Uint8Array[] = [];
  let pending = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let broken: string | undefined;

  /** Follows one byte; true when it closes a document. */
  const closes = (byte: number): boolean => {
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote) inString = false;
      return false;
    }
    if (byte === quote) inString = true;
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    return depth === 0;
  };

  const keep = (part: Uint8Array) => {
    parts.push(new Uint8Array(part));
    pending += part.byteLength;
  };

  return {
    push(chunk) {
      const documents: Uint8Array[] = [];
      let start = 0;
      for (let at = 0; at < chunk.byteLength && broken === undefined; at += 1) {
        const byte = chunk[at] as number;
        if (depth === 0) {
          start = at;
          if (spaces.has(byte)) continue;
          if (byte !== openBrace && byte !== openBracket) {
            broken = 'the stream has something between its messages that is no JSON object or list';
            break;
          }
        }
        const closed = closes(byte);
        if (pending + at + 1 - start > maxBytes) broken = `a message of the stream is larger than ${maxBytes} bytes`;
        else if (closed) {
          keep(chunk.subarray(start, at + 1));
          documents.push(parts.length === 1 ? (parts[0] as Uint8Array) : new Uint8Array(Buffer.concat(parts, pending)));
          parts = [];
          pending = 0;
        }
      }
      if (broken !== undefined) {
        parts = [];
        pending = 0;
        return { documents, broken };
      }
      if (depth > 0) keep(chunk.subarray(start));
      return { documents };
    },
    get pending() {
      return pending;
    },
  };
};
