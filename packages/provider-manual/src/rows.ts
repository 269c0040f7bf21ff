import { CsvError, parse } from 'csv-parse/sync';
import { nothingIn } from './nothing.ts';

export interface Row {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A row that is none, and why. */
export interface BrokenRow {
  readonly line: number;
  readonly broken: string;
}

/** Longest row, in characters: a quote that is never closed makes one row of all that follows. */
const maxRowLength = 65_536;

/** After as many rows with broken quotes the file is no CSV. */
const maxBroken = 100;

const [lineFeed, carriageReturn] = [10, 13];

const endsLine = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === lineFeed || (bytes[at] === carriageReturn && bytes[at + 1] !== lineFeed);

/** A place in a file; moves forward only. The parser counts bytes well, but not the lines within quotes. */
const createPlace = (bytes: Uint8Array) => {
  let [at, line] = [0, 1];
  const moveTo = (offset: number) => {
    for (; at < offset; at += 1) if (endsLine(bytes, at)) line += 1;
  };
  return {
    moveTo,
    /** Skips empty lines, which belong to no row; answers the line of the row that begins there. */
    rowLine: () => {
      while (bytes[at] === lineFeed || bytes[at] === carriageReturn) moveTo(at + 1);
      return line;
    },
    /** To the beginning of the next line. */
    nextLine: () => {
      const here = line;
      while (line === here && at < bytes.length) moveTo(at + 1);
      return at;
    },
  };
};

const reasons: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'something stands behind a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that does not begin with one',
  CSV_MAX_RECORD_SIZE: `a quote is not closed within ${maxRowLength} characters`,
};

/**
 * The rows of a CSV text (RFC 4180), without empty lines. A row whose quotes are broken says so, and reading goes on with the line behind
 * the one where it begins, so that one quote does not take the rest of a file with it.
 */
export const readRows = (text: string, delimiter: string, maxRows: number): (Row | BrokenRow)[] => {
  const bytes = Buffer.from(text);
  const place = createPlace(bytes);
  const found: (Row | BrokenRow)[] = [];
  let [start, broken] = [0, 0];
  while (found.length < maxRows) {
    try {
      parse(bytes.subarray(start), {
        delimiter,
        // Named, because the first line break would otherwise decide for all.
        record_delimiter: ['\r\n', '\n', '\r'],
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: maxRowLength,
        to: maxRows - found.length,
        on_record: (cells, info) => {
          found.push({ line: place.rowLine(), cells });
          place.moveTo(start + info.bytes);
          return null;
        },
      });
      return found;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      if ((broken += 1) > maxBroken) return nothingIn(`more than ${maxBroken} rows have broken quotes`);
      found.push({ line: place.rowLine(), broken: reasons[error.code] ?? 'the row can not be read' });
      start = place.nextLine();
    }
  }
  return found;
};
