import { type Artifact, CaudalError, parseRut, type Report, type Slot } from '@caudal/core';
import type { DgaConfig } from './config.ts';
import { measuredValues, measurementTime } from './measurement.ts';
import { formatSendTime, type SendTimeFormat } from './send-time.ts';
import { type Variant, variants } from './variants.ts';
import type { Work } from './work.ts';

const alphabetical = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/**
 * The request for one measurement, with `{{password}}` and `{{sendTime}}` left open. Every value is a JSON string, keys stand
 * in the order of the manual's samples (alphabetical). For a report that validates.
 */
export const renderRequest = (report: Report<Work>, config: DgaConfig): Artifact => {
  const { code, settings } = report.work;
  const variant: Variant = variants[settings.variant];
  const [submission] = report.submissions;
  const { informant } = settings;
  const checkDigit = config.rutCheckDigit;
  const rutUsuario = informant && parseRut(informant.rut, { checkDigit });
  const rutEmpresa = parseRut(config.rutEmpresa, { checkDigit });
  if (submission === undefined || informant === undefined || rutUsuario === undefined || rutEmpresa === undefined)
    throw new CaudalError('invalid-data', 'the report does not validate', { sent: 'no', scope: 'item' });
  const body = {
    autenticacion: { password: '{{password}}', rutEmpresa, rutUsuario },
    [variant.bodyKey]: alphabetical({
      ...measurementTime(submission.slot),
      ...measuredValues(variant.parameters, submission, config),
    }),
  };
  return {
    method: 'POST',
    url: `${config.baseUrl}${variant.path}`,
    headers: { codigoObra: code, timeStampOrigen: '{{sendTime}}' },
    body: JSON.stringify(body),
    mediaType: 'application/json',
    slots: [
      { name: 'password', fill: { secret: informant.password } },
      { name: 'sendTime', fill: { sendTime: config.timeStampOrigen } },
    ],
  };
};

const fill = (text: string, values: ReadonlyMap<string, string>, escape: (value: string) => string): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (token, name: string) => {
    const value = values.get(name);
    return value === undefined ? token : escape(value);
  });

const insideJsonString = (value: string) => JSON.stringify(value).slice(1, -1);

/**
 * Headers and body with the slots filled, in one pass: what a secret contains is never taken for a slot. In the body, which
 * is JSON, values are escaped.
 */
export const fillSlots = async (
  artifact: Artifact,
  sendTime: number,
  secretOf: (slot: Extract<Slot['fill'], { secret: unknown }>) => Promise<string>,
): Promise<{ readonly headers: Record<string, string>; readonly body: string }> => {
  const values = new Map<string, string>();
  for (const { name, fill: source } of artifact.slots)
    values.set(
      name,
      'secret' in source ? await secretOf(source) : formatSendTime(sendTime, source.sendTime as SendTimeFormat),
    );
  return {
    headers: Object.fromEntries(
      Object.entries(artifact.headers).map(([name, value]) => [name, fill(value, values, (text) => text)]),
    ),
    body: fill(artifact.body, values, insideJsonString),
  };
};
