import type { CaseCheck } from '../cases/case-checks.ts';

const title = 'a recorded case comes out as written down';

/** What plugins are asked of each of their case folders. */
export const caseRows: { readonly [K in CaseCheck['kind']]: CaseCheck & { readonly kind: K } } = {
  provider: {
    kind: 'provider',
    id: 'P-70',
    title,
    why: 'A body that was once read wrong in the field must never be read wrong again.',
  },
  rule: {
    kind: 'rule',
    id: 'R-70',
    title,
    why: 'A fault that was once missed, or seen where there was none, must stay settled.',
  },
  compliance: {
    kind: 'compliance',
    id: 'C-70',
    title,
    why: 'What a regulator once took, byte for byte, and what its answers meant, must not change by itself.',
  },
  notifier: {
    kind: 'notifier',
    id: 'N-70',
    title,
    why: 'A message that a channel once took is the only proof that the next one will arrive.',
  },
};
