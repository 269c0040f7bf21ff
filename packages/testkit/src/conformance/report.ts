import { readFileSync, writeFileSync } from 'node:fs';
import type { CheckResult, Report } from './suite.ts';

/** Writes the reports of a package, `conformance.json`: what a badge, a catalogue and the command line show. The same in every run. */
export const writeReports = (file: URL, reports: readonly Report[]): void => {
  writeFileSync(file, `${JSON.stringify(reports, null, 2)}\n`);
};

/**
 * The reports that {@link writeReports} wrote.
 *
 * @throws Error when the file has another format
 */
export const readReports = (file: URL): readonly Report[] => {
  const read = JSON.parse(readFileSync(file, 'utf8')) as unknown;
  if (!Array.isArray(read)) throw new Error(`${file.pathname} holds no list of reports`);
  for (const { format } of read as readonly Partial<Report>[]) {
    if (format !== 1) throw new Error(`${file.pathname} has format ${String(format)}; this version reads format 1`);
  }
  return read as readonly Report[];
};

/** Ids by their reason, in the order in which the reasons came. */
const byReason = (checks: readonly CheckResult[]): string[] => {
  const found = new Map<string, string[]>();
  for (const { id, reason = '' } of checks) found.set(reason, [...(found.get(reason) ?? []), id]);
  return [...found].map(([reason, ids]) => `  ${ids.join(', ')}: ${reason}`);
};

/** A report for people: counts, then what failed and what was skipped, with the reasons. */
export const reportText = ({ kind, plugin, summary, checks }: Report): string => {
  const those = (status: CheckResult['status']) => checks.filter((check) => check.status === status);
  const failed = those('failed').map(({ id, title, reason = '' }) => `  ${id} ${title}: ${reason}`);
  const skipped = byReason(those('skipped'));
  return [
    `${plugin.id} ${plugin.version} (${kind}): ${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`,
    ...(failed.length === 0 ? [] : ['failed', ...failed]),
    ...(skipped.length === 0 ? [] : ['skipped', ...skipped]),
  ].join('\n');
};
