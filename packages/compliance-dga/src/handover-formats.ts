/** How rows are written to a file. */
export interface FileFormat {
  readonly extension: string;
  readonly mediaType: string;
  write(columns: readonly string[], rows: readonly (readonly string[])[]): string;
}

/** RFC 4180 without quoting: codes, dates and numbers hold neither separator nor quote. */
const separated =
  (separator: string): FileFormat['write'] =>
  (columns, rows) =>
    [columns, ...rows].map((row) => `${row.join(separator)}\r\n`).join('');

/**
 * Files for standards whose measurements a person hands over. The layout of the DGA's own spreadsheet is not published, so
 * these carry its field names and number formats and are copied into it.
 */
export const handoverFormats = {
  csv: { extension: 'csv', mediaType: 'text/csv; charset=utf-8', write: separated(',') },
  'csv-semicolon': { extension: 'csv', mediaType: 'text/csv; charset=utf-8', write: separated(';') },
  text: {
    extension: 'txt',
    mediaType: 'text/plain; charset=utf-8',
    write: (columns, rows) =>
      rows.map((row) => row.map((value, at) => `${columns[at]}: ${value}\n`).join('')).join('\n'),
  },
} as const satisfies Record<string, FileFormat>;

export type HandoverFormat = keyof typeof handoverFormats;
