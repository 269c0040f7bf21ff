import type { Kind } from '@caudal/core';
import type { Check } from '../conformance/check.ts';
import { caseRows } from './cases.ts';
import { complianceChecks } from './compliance.ts';
import { everyKindChecks } from './every-kind.ts';
import { notifierChecks } from './notifier.ts';
import { packageChecks } from './package.ts';
import { providerChecks } from './provider.ts';
import { ruleChecks } from './rule.ts';

/** A check as a line of the table. */
export interface CheckRow {
  readonly id: string;
  readonly kind: 'every' | 'package' | Kind;
  readonly title: string;
  readonly why: string;
}

const rows = (kind: CheckRow['kind'], checks: readonly Omit<Check<never>, 'run'>[]): CheckRow[] =>
  checks
    .filter(({ id }) => kind === 'every' || !id.startsWith('A-'))
    .map(({ id, title, why }) => ({ id, kind, title, why }));

/** Every check there is, as data. */
export const checkTable: readonly CheckRow[] = [
  ...rows('every', everyKindChecks),
  ...rows('provider', [...providerChecks, caseRows.provider]),
  ...rows('rule', [...ruleChecks, caseRows.rule]),
  ...rows('compliance', [...complianceChecks, caseRows.compliance]),
  ...rows('notifier', [...notifierChecks, caseRows.notifier]),
  ...rows('package', packageChecks),
];
