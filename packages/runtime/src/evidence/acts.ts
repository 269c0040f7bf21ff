import type { PublicKey } from './keys.ts';

/** Acts that others look for in the chain. The rest are words for people. */
export const acts = {
  attemptOpened: 'attempt opened',
  attemptClosed: 'attempt closed',
  receiptEntered: 'receipt entered',
  configuration: 'configuration',
  keyIntroduced: 'audit key introduced',
  keyRotated: 'audit key rotated',
  exported: 'evidence exported',
  submissionsEnded: 'submissions ended by age',
  correctionTask: 'correction task',
} as const;

/** Detail of `audit key introduced`, and with `from` and `signature` of `audit key rotated`. */
export interface KeyDetail extends PublicKey {
  /** Name of the key that signed this one in. */
  readonly from?: string;
  readonly signature?: string;
}

export const keySubject = 'audit-key';
