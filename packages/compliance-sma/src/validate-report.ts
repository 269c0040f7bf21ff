import { isDecimal, type Issue, issuesOf, type Report, type ReportSubmission } from '@caudal/core';
import type { SmaConfig } from './config.ts';
import type { Members } from './parameters.ts';
import { type Member, memberSchema, processPattern, type Work, workSchema } from './work.ts';

type SmaReport = Report<Work, Member>;

const error = (path: string, message: string): Issue => ({ path, message, severity: 'error' });

const quoted = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

const step = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Faults of the process itself, whatever is reported. */
export const validateWork = ({ code, settings }: SmaReport['work']): Issue[] => [
  ...(processPattern.test(code)
    ? []
    : [error('/work/code', `${quoted(code)} is not UfId/ProcesoId, such as 7511/5368; both are assigned by the SMA`)]),
  ...issuesOf(workSchema, settings).map(({ path, message }) => error(`/work/settings${path}`, message)),
];

/** The registered set: every member complete, and no parameter of a device named twice. */
const validateMembers = (members: Members, config: SmaConfig): Issue[] => {
  const issues: Issue[] = [];
  const seen = new Map<string, string>();
  for (const [name, member] of Object.entries(members)) {
    const at = `/members/${step(name)}`;
    const own = issuesOf(memberSchema, member).map(({ path, message }) => error(at + path, message));
    issues.push(...own);
    if (own.length > 0) continue;
    if (config.dispositivoId === 'integer' && !/^[1-9]\d*$/.test(member.dispositivoId))
      issues.push(error(`${at}/dispositivoId`, `${quoted(member.dispositivoId)} is not a whole number`));
    const key = JSON.stringify([member.dispositivoId, member.nombre]);
    const other = seen.get(key);
    if (other === undefined) seen.set(key, name);
    else issues.push(error(`${at}/nombre`, `is ${member.nombre} of device ${member.dispositivoId}, as ${other} is`));
  }
  if (Object.keys(members).length === 0) issues.push(error('/members', 'a process has at least one parameter'));
  return issues;
};

/** The years that fit `yyyy-MM-dd`. */
const firstSlot = Date.UTC(1900, 0, 1);
const endOfSlots = Date.UTC(9999, 0, 1);

/** Longest text of a value; the SMA gives no length, and no instrument needs more. */
const longestValue = 40;

const validateSubmission = (at: string, { slot, values }: ReportSubmission, members: Members): Issue[] => {
  const issues: Issue[] = [];
  if (!Number.isInteger(slot) || slot < firstSlot || slot >= endOfSlots)
    issues.push(error(`${at}/slot`, `${slot} is not an instant in milliseconds of the years 1900 to 9998`));
  else if (slot % 60_000 !== 0)
    issues.push(error(`${at}/slot`, 'is not a whole minute, which is the resolution of the SMA'));
  for (const name of Object.keys(values))
    if (!Object.hasOwn(members, name))
      issues.push(error(`${at}/values/${step(name)}`, 'is not a registered parameter of this process'));
  for (const name of Object.keys(members)) {
    const place = `${at}/values/${step(name)}`;
    const value = values[name]?.value ?? null;
    if (value === null) {
      issues.push(error(place, 'has no value; the SMA refuses a set that is not whole, so nothing of it may go'));
    } else if (!isDecimal(value) || value.length > longestValue) {
      issues.push(error(`${place}/value`, `${quoted(value)} is not a decimal number with a point`));
    }
  }
  return issues;
};

/**
 * Everything the SMA would refuse: above all a set that is not exactly the registered one (HTTP 400 when parameters of an instant are
 * missing or exceed). Source: SMA Res. Ex. 254/2020.
 */
export const validateReport = (report: SmaReport, config: SmaConfig): Issue[] => {
  const issues = [...validateWork(report.work), ...validateMembers(report.members, config)];
  if (report.delivery === 'manual') issues.push(error('/delivery', 'the SMA takes nothing by hand'));
  const count = report.submissions.length;
  if (count === 0 || count > config.instantsPerRequest)
    issues.push(error('/submissions', `has ${count}; one request carries 1 to ${config.instantsPerRequest}`));
  if (new Set(report.submissions.map(({ slot }) => slot)).size < count)
    issues.push(error('/submissions', 'has one instant twice'));
  for (const [at, submission] of report.submissions.entries())
    issues.push(...validateSubmission(`/submissions/${at}`, submission, report.members));
  return issues;
};
