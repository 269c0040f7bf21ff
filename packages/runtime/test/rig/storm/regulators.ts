import type { ComplianceProfile } from '@caudal/core';
import type { RegistryOptions } from '@caudal/simulators';
import { minute } from './fleet.ts';

/** What a regulator does with a key that comes twice, what it says of itself, and what may be left to a person. */
export interface Regulator {
  readonly registry: Omit<RegistryOptions, 'clock' | 'token'>;
  readonly profile: Partial<ComplianceProfile>;
  /** Ends that it allows besides `confirmed`. */
  readonly ends?: readonly string[];
}

const atOnce = { resend: 'immediately', resendUnknown: 'immediately' } as const;

/** All five at once, each owed the same. */
export const regulators: Readonly<Record<string, Regulator>> = {
  replays: { registry: { second: 'replays' }, profile: atOnce },
  calendar: { registry: { second: 'first-wins' }, profile: {} },
  replaces: { registry: { second: 'last-wins' }, profile: { ...atOnce, duplicateMeans: 'replaced' } },
  askable: {
    registry: { second: 'doubles', askable: true, readBack: false, visibleAfterMs: 2 * minute },
    profile: { ...atOnce, duplicateMeans: 'doubled', readBack: false, lookUp: { afterMs: 2 * minute } },
    ends: ['accepted-unverified'],
  },
  mute: {
    registry: { second: 'doubles', readBack: false },
    profile: { duplicateMeans: 'doubled', readBack: false, resend: 'never', resendUnknown: 'never' },
    ends: ['accepted-unverified', 'unknown', 'rejected'],
  },
};
