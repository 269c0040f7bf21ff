import { type Artifact, CaudalError, type Report, type ReportSubmission } from '@caudal/core';
import type { DgaConfig } from './config.ts';
import { measuredValues, measurementTime } from './measurement.ts';
import { type Variant, variants } from './variants.ts';
import type { Work } from './work.ts';

interface FileFormat {
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

/** The file of a manual delivery: one row per submission, in time order, without any credential. */
export const renderHandover = (report: Report<Work>, config: DgaConfig): Artifact => {
  const { code, settings } = report.work;
  const { parameters }: Variant = variants[settings.variant];
  const format: FileFormat = handoverFormats[config.handover];
  const submissions = report.submissions.toSorted((a, b) => a.slot - b.slot);
  const row = (submission: ReportSubmission): Record<string, string> => ({
    codigoObra: code,
    ...measurementTime(submission.slot),
    ...measuredValues(parameters, submission, config),
  });
  const rows = submissions.map(row);
  const first = rows[0];
  if (first === undefined) throw new CaudalError('invalid-data', 'the report has no submission', { sent: 'no' });
  const at = `${first['fechaMedicion']}T${first['horaMedicion']?.replaceAll(':', '')}`;
  return {
    method: 'FILE',
    url: `${code}_${at}.${format.extension}`,
    headers: {},
    body: format.write(
      Object.keys(first),
      rows.map((values) => Object.values(values)),
    ),
    mediaType: format.mediaType,
    slots: [],
  };
};
