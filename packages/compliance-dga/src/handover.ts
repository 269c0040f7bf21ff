import { type Artifact, CaudalError, type Report, type ReportSubmission } from '@caudal/core';
import type { DgaConfig } from './config.ts';
import { type FileFormat, handoverFormats } from './handover-formats.ts';
import { measuredValues, measurementTime } from './measurement.ts';
import { type Variant, variants } from './variants.ts';
import type { Work } from './work.ts';

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
