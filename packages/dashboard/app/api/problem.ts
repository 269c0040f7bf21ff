import { ApiProblem } from '@caudal/client';
import { text } from '../text.ts';

/** What went wrong, for the page to show. */
export interface Problem {
  readonly detail: string;
  readonly issues: ApiProblem['issues'];
}

/** Whatever went wrong, in words. */
export const problemOf = (thrown: unknown): Problem =>
  thrown instanceof ApiProblem
    ? { detail: thrown.message, issues: thrown.issues }
    : { detail: text('unreachable'), issues: [] };
