import type { CaseCheck } from '../cases/case-checks.ts';

/** What providers are asked of each of their case folders. */
export const providerCases: CaseCheck = {
  id: 'P-70',
  title: 'a recorded case comes out as written down',
  why: 'A body that was once read wrong in the field must never be read wrong again.',
};
