import { compareDecimals, type Confirmation, decimalText, isDecimal, type Answer, type Report } from '@caudal/core';
import type { ReadAnswer } from './answer.ts';
import type { DgaConfig } from './config.ts';
import { measuredValues, measurementTime } from './measurement.ts';
import { type Variant, variants } from './variants.ts';
import type { Work } from './work.ts';

/** The read-back gives `DD-MM-YYYY` where sending takes `YYYY-MM-DD`. */
const isoDate = (text: string): string => text.replace(/^(\d{2})-(\d{2})-(\d{4})$/, '$3-$2-$1');

const sameNumber = (ours: string, theirs: string): boolean =>
  isDecimal(ours) && isDecimal(theirs) ? compareDecimals(ours, theirs) === 0 : ours === theirs.trim();

const textOf = (value: unknown): string | undefined =>
  typeof value === 'number' && Number.isFinite(value)
    ? decimalText(value)
    : typeof value === 'string'
      ? value
      : undefined;

/** The manual itself spells one field in two ways (`nivelfreaticoDelPozo`), so case does not matter. */
const fieldOf = (data: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  textOf(Object.entries(data).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]);

/**
 * Compares what the DGA stored with what was sent, numbers as decimals: it drops trailing zeros. A field that is absent
 * proves nothing.
 */
export const compareReadBack = (
  { envelope, httpStatus }: ReadAnswer,
  answer: Answer,
  report: Report<Work>,
  config: DgaConfig,
): Confirmation => {
  const notFound = (reason: string): Confirmation => ({ status: 'not-found', reason, answer });
  if (envelope === undefined) return notFound(`HTTP ${httpStatus} with a body that is no whole JSON object`);
  if (envelope.status !== '00' || httpStatus < 200 || httpStatus > 299)
    return notFound(
      `HTTP ${httpStatus}, status ${JSON.stringify(envelope.status ?? null)}: ${envelope.message.slice(0, 300)}`,
    );
  const [submission] = report.submissions;
  if (submission === undefined) return notFound('the report has no submission to compare with');
  const { parameters }: Variant = variants[report.work.settings.variant];
  const { fechaMedicion, horaMedicion } = measurementTime(submission.slot);
  const expected = [
    { parameter: 'fechaMedicion', ours: fechaMedicion, same: (theirs: string) => isoDate(theirs) === fechaMedicion },
    { parameter: 'horaMedicion', ours: horaMedicion, same: (theirs: string) => theirs === horaMedicion },
    ...Object.entries(measuredValues(parameters, submission, config)).map(([parameter, ours]) => ({
      parameter,
      ours,
      same: (theirs: string) => sameNumber(ours, theirs),
    })),
  ];
  const absent: string[] = [];
  const differences: { parameter: string; ours: string; theirs: string }[] = [];
  for (const { parameter, ours, same } of expected) {
    const theirs = fieldOf(envelope.data, parameter);
    if (theirs === undefined) {
      if (ours !== '') absent.push(parameter);
    } else if (!same(theirs)) differences.push({ parameter, ours, theirs });
  }
  if (differences.length > 0) return { status: 'conflict', differences, answer };
  return absent.length > 0 ? notFound(`the answer has no ${absent.join(', ')}`) : { status: 'confirmed', answer };
};
