import { civilText } from './civil.ts';
import type { ExportCell, ExportRow } from './rows.ts';

export interface ExportedSeries {
  readonly id: string;
  readonly unit: string;
}

/** How rows are written. Both parts end with a line end. */
export interface ExportFormat {
  readonly contentType: string;
  readonly ending: string;
  head(series: readonly ExportedSeries[], zone: string): string;
  /** A writer of rows. */
  rows(series: readonly ExportedSeries[], zone: string): (row: ExportRow) => string;
}

/** What a spreadsheet would take for a formula or a command. A number is none. */
const formula = /^[=+\-@\t\r]/;

/** Text as a cell: harmless to a spreadsheet, and quoted where it has to be. */
export const textCell = (text: string, separator: string): string => {
  const safe = formula.test(text) ? `'${text}` : text;
  return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const plain = /^-?\d+(\.\d+)?$/;

const csv = (separator: string, comma: boolean, mark: string): ExportFormat => {
  const number = (text: string | null | undefined): string => {
    if (text === null || text === undefined) return '';
    // A number such as 1e21, which a spreadsheet reads as one too.
    if (!plain.test(text) && !Number.isFinite(Number(text))) return textCell(text, separator);
    return comma ? text.replace('.', ',') : text;
  };
  return {
    contentType: 'text/csv; charset=utf-8',
    ending: 'csv',
    head: (series, zone) =>
      `${mark}${[
        `time [${zone}]`,
        'instant [UTC]',
        ...series.flatMap(({ id, unit }) => [`${id} [${unit}]`, `${id} flag`, `${id} codes`]),
      ]
        .map((text) => textCell(text, separator))
        .join(separator)}\r\n`,
    rows(_series, zone) {
      const civil = civilText(zone);
      return ({ at, cells }) => {
        let line = `${civil(at)}${separator}${new Date(at).toISOString()}`;
        for (const cell of cells)
          line +=
            cell === undefined
              ? separator.repeat(3)
              : `${separator}${number(cell.text)}${separator}${cell.flag}${separator}${textCell(cell.codes.join(' '), separator)}`;
        return `${line}\r\n`;
      };
    },
  };
};

const cellOf = ({ text, flag, codes, final }: ExportCell) => ({
  text,
  flag,
  ...(codes.length === 0 ? {} : { codes }),
  ...(final ? {} : { provisional: true }),
});

const ndjson: ExportFormat = {
  contentType: 'application/x-ndjson; charset=utf-8',
  ending: 'ndjson',
  head: (series, zone) =>
    `${JSON.stringify({ type: 'head', zone, series: series.map(({ id, unit }) => ({ id, unit })) })}\n`,
  rows(series, zone) {
    const civil = civilText(zone);
    return ({ at, cells }) =>
      `${JSON.stringify({
        type: 'row',
        at: new Date(at).toISOString(),
        time: civil(at),
        values: Object.fromEntries(
          cells.flatMap((cell, index) => (cell === undefined ? [] : [[series[index]?.id, cellOf(cell)]])),
        ),
      })}\n`;
  },
};

/** By name. The one for es-CL has what a Chilean spreadsheet expects: semicolons, decimal commas and a byte order mark. */
export const exportFormats = {
  csv: csv(',', false, ''),
  'csv-es-CL': csv(';', true, '\ufeff'),
  ndjson,
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type ExportFormatName = keyof typeof exportFormats;
