import { CaudalError } from '@caudal/core';

/** A cell's place, as spreadsheets count: rows from 1, the header being row 1. */
export interface Csv {
  readonly header: readonly string[];
  readonly rows: readonly { readonly row: number; readonly cells: readonly string[] }[];
  /** Decimal sign of its numbers: a comma where `;` separates, as Chile's spreadsheets write. */
  readonly decimal: '.' | ',';
}

const csvLimits = { bytes: 4 * 1024 * 1024, rows: 20_000, columns: 100 } as const;

export const csvEncodings = ['utf-8', 'windows-1252'] as const;
export type CsvEncoding = (typeof csvEncodings)[number];

const refuse = (message: string): never => {
  throw new CaudalError('config', message, { sent: 'no', scope: 'item' });
};

/**
 * Text of a file. UTF-8 with or without its mark; another encoding only when it is named, because bytes of both are valid in the older one
 * and names would silently become others.
 */
const textOf = (bytes: Uint8Array, encoding: CsvEncoding | undefined): string => {
  if (encoding === 'windows-1252') return new TextDecoder('windows-1252').decode(bytes);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    refuse('the file is UTF-16; save it as "CSV UTF-8"');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(
      'the file is not UTF-8, probably Windows-1252 as Excel writes "CSV"; save it as "CSV UTF-8", or say encoding windows-1252',
    );
  }
};

const separators = [';', ',', '\t'] as const;

/** The separator that the header line has most of, outside quotes. */
const separatorOf = (text: string): string => {
  const [line = ''] = text.replaceAll(/"[^"]*"/g, '').split(/\r?\n/, 1);
  const counts = separators.map((separator) => line.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))] as string;
};

/** Fields as RFC 4180 quotes them; a line break inside quotes belongs to its cell. */
const cellsOf = (text: string, separator: string): { row: number; cells: string[] }[] => {
  const rows: { row: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let begun = 1;
  const endCell = () => {
    cells.push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (cells.some((one) => one !== '')) rows.push({ row: begun, cells });
    cells = [];
    begun = line;
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string;
    if (sign === '\n') line += 1;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (sign === separator) endCell();
    else if (sign === '\n') endRow();
    else if (sign !== '\r') cell += sign;
    if (rows.length > csvLimits.rows) refuse(`the file has more than ${csvLimits.rows} rows; split it`);
  }
  if (quoted) refuse(`row ${begun}: a quote is not closed`);
  if (cell !== '' || cells.length > 0) endRow();
  return rows;
};

/** @throws CaudalError kind `config`, one sentence: another encoding, too large, no header, a quote that is not closed */
export const readCsv = (bytes: Uint8Array, encoding?: CsvEncoding): Csv => {
  if (bytes.byteLength > csvLimits.bytes)
    refuse(`the file has more than ${csvLimits.bytes / 1024 / 1024} MiB; split it`);
  const text = textOf(bytes, encoding).replace(/^\uFEFF/, '');
  const separator = separatorOf(text);
  const [first, ...rows] = cellsOf(text, separator);
  if (first === undefined) return refuse('the file is empty');
  if (first.cells.length > csvLimits.columns) refuse(`the file has more than ${csvLimits.columns} columns`);
  return { header: first.cells, rows, decimal: separator === ';' ? ',' : '.' };
};
