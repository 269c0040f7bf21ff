import {
  compareDecimals,
  isDecimal,
  type Issue,
  issuesOf,
  parseRut,
  type Report,
  type ReportSubmission,
} from '@caudal/core';
import type { DgaConfig } from './config.ts';
import { formatValue } from './measurement.ts';
import { emptyReasons, type Variant, variants, type WireParameter } from './variants.ts';
import { codigoObraPattern, type Work, workSchema } from './work.ts';

const error = (path: string, message: string): Issue => ({ path, message, severity: 'error' });

const quoted = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** Faults of the work itself, whatever is reported: the code, the settings, the informant's RUT. */
export const validateWork = (
  { code, settings }: { readonly code: string; readonly settings: Work },
  config: Pick<DgaConfig, 'rutCheckDigit'>,
): Issue[] => {
  const issues: Issue[] = [];
  if (!codigoObraPattern.test(code))
    issues.push(error('/work/code', `${quoted(code)} is not a code of an obra, such as OB-0602-7 or OR-0101-12`));
  for (const { path, message } of issuesOf(workSchema, settings)) issues.push(error(`/work/settings${path}`, message));
  if (issues.some(({ path }) => path.startsWith('/work/settings'))) return issues;
  const { informant, emptyBecause, variant } = settings;
  if (informant !== undefined && parseRut(informant.rut, { checkDigit: config.rutCheckDigit }) === undefined)
    issues.push(error('/work/settings/informant/rut', `${quoted(informant.rut)} is not a RUT with its check digit`));
  const { parameters }: Variant = variants[variant];
  if (emptyBecause !== undefined && !Object.values(parameters).some(({ emptyFor }) => emptyFor.includes(emptyBecause)))
    issues.push(
      error(
        '/work/settings/emptyBecause',
        `${emptyBecause} (${emptyReasons[emptyBecause]}) lets no parameter of ${variant} be empty`,
      ),
    );
  return issues;
};

const validateValue = (
  at: string,
  name: string,
  parameter: WireParameter,
  value: string,
  config: Pick<DgaConfig, 'totalizadorRounding'>,
): Issue[] => {
  if (!isDecimal(value)) return [error(at, `${quoted(value)} is not a decimal number with a point`)];
  const text = formatValue(name, parameter, value, config);
  const issues: Issue[] = [];
  if (text.length > parameter.maxLength)
    issues.push(
      error(at, `${quoted(text)} has ${text.length} characters; ${name} takes at most ${parameter.maxLength}`),
    );
  if (compareDecimals(value, '0') < 0)
    issues.push({
      path: at,
      message: `${name} is negative; it is reported as read, because whether the DGA takes it is not documented`,
      severity: 'warning',
    });
  return issues;
};

/** The years that fit `YYYY-MM-DD`. */
const firstSlot = Date.UTC(1900, 0, 1);
const endOfSlots = Date.UTC(9999, 0, 1);

const validateSubmission = (
  at: string,
  submission: ReportSubmission,
  { variant, emptyBecause }: Work,
  config: Pick<DgaConfig, 'totalizadorRounding'>,
): Issue[] => {
  const issues: Issue[] = [];
  const { slot, values } = submission;
  if (!Number.isInteger(slot) || slot < firstSlot || slot >= endOfSlots)
    issues.push(error(`${at}/slot`, `${slot} is not an instant in milliseconds of the years 1900 to 9998`));
  else if (slot % 1000 !== 0)
    issues.push(error(`${at}/slot`, 'is not a whole second, which is all that the DGA keeps'));
  const { parameters }: Variant = variants[variant];
  for (const name of Object.keys(values))
    if (!Object.hasOwn(parameters, name))
      issues.push(error(`${at}/values/${name}`, `${variant} has no parameter ${quoted(name)}`));
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = values[name]?.value ?? null;
    const place = `${at}/values/${name}`;
    if (value !== null) issues.push(...validateValue(`${place}/value`, name, parameter, value, config));
    else if (emptyBecause === undefined || !parameter.emptyFor.includes(emptyBecause))
      issues.push(error(place, `${name} has no value and the settings of this work give no reason to leave it empty`));
  }
  return issues;
};

/**
 * Everything the DGA would refuse or, worse, store wrongly: it says itself that a bad format may be accepted and kept wrong.
 * Warnings do not stop a report.
 */
export const validateReport = (report: Report<Work>, config: DgaConfig): Issue[] => {
  const issues = validateWork(report.work, config);
  if (issues.some(({ path }) => path.startsWith('/work/settings'))) return issues;
  const manual = report.delivery === 'manual';
  if (!manual && report.work.settings.informant === undefined)
    issues.push(error('/work/settings/informant', 'is needed for online delivery'));
  const count = report.submissions.length;
  if (count === 0 || (count > 1 && !manual))
    issues.push(error('/submissions', `has ${count}; the DGA takes exactly one measurement per request`));
  for (const name of Object.keys(report.members))
    if (!Object.hasOwn(variants[report.work.settings.variant].parameters, name))
      issues.push(error(`/members/${name}`, `${report.work.settings.variant} has no parameter ${quoted(name)}`));
  for (const [at, submission] of report.submissions.entries())
    issues.push(...validateSubmission(`/submissions/${at}`, submission, report.work.settings, config));
  return issues;
};
