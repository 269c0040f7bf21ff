import type { Check } from '../conformance/check.ts';
import type { Subject } from '../conformance/session.ts';
import { baselineCheck } from './baseline.ts';
import { readmeCheck } from './readme.ts';
import { definitionChecks } from './definition.ts';
import { lifeChecks } from './life.ts';

/** What every plugin is asked, whatever its kind. */
export const everyKindChecks: readonly Check<Subject>[] = [
  ...definitionChecks,
  ...lifeChecks,
  baselineCheck,
  readmeCheck,
];
