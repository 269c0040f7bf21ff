import type { FlagNumber } from './flag.ts';
import type { Tone } from './parts/badge.tsx';

/** How what the API names looks: tables, so that a state looks the same on every page. */

export const flagTones: Readonly<Record<FlagNumber, Tone>> = {
  1: 'good',
  2: 'good',
  3: 'suspect',
  4: 'fail',
  9: 'missing',
};

export const submissionTones: Readonly<Record<string, Tone>> = {
  expected: 'missing',
  held: 'suspect',
  missing: 'fail',
  due: 'missing',
  sending: 'unknown',
  unknown: 'unknown',
  retry: 'suspect',
  accepted: 'good',
  received: 'good',
  quarantined: 'fail',
  manual: 'suspect',
  confirmed: 'good',
  'accepted-unverified': 'good',
  conflict: 'fail',
  rejected: 'fail',
  'failed-reported': 'fail',
  shadowed: 'missing',
  elsewhere: 'missing',
};

export const severityTones: Readonly<Record<string, Tone>> = { info: 'missing', warning: 'suspect', critical: 'fail' };

export const healthTones: Readonly<Record<string, Tone>> = { OK: 'good', OFFLINE: 'fail', 'never reported': 'missing' };

export const scheduleTones: Readonly<Record<string, Tone>> = {
  off: 'missing',
  waiting: 'good',
  asked: 'unknown',
  running: 'unknown',
  failed: 'fail',
  late: 'suspect',
};

/** The line of a kind of variable. */
export const seriesColour = (kind: string): string =>
  ['level', 'flow', 'averageFlow'].includes(kind)
    ? kind === 'level'
      ? '--level'
      : '--flow'
    : ['total', 'volume'].includes(kind)
      ? '--volume'
      : '--accent';
