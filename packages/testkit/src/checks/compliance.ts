import type { ComplianceInstance } from '@caudal/core';
import type { Check } from '../conformance/check.ts';
import type { ComplianceSubject } from '../subjects/compliance.ts';
import { artifactChecks } from './compliance-artifact.ts';
import { findChecks } from './compliance-find.ts';
import { serveChecks } from './compliance-serve.ts';
import { submitChecks } from './compliance-submit.ts';
import { everyKindChecks } from './every-kind.ts';
import { faultChecks } from './fault-table.ts';

/** What a compliance target is asked. */
export const complianceChecks: readonly Check<ComplianceSubject>[] = [
  ...(everyKindChecks as readonly Check<ComplianceSubject>[]),
  ...artifactChecks,
  ...submitChecks,
  ...serveChecks,
  ...findChecks,
  ...faultChecks<ComplianceInstance, ComplianceSubject>('C', 'submit', []),
];
