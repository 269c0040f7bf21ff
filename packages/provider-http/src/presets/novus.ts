import type { Preset } from './preset.ts';

/** Novus as an early design sketched it: a placeholder that was never seen live. Times without a zone need one of the device. */
export const novus = {
  auth: [{ type: 'header', name: 'Authorization', prefix: 'Token ', use: 'token' }],
  pull: { latest: { path: '/devices/{device}/telemetry' } },
  answer: {
    shape: { type: 'object' },
    time: { at: 'measurement_time', format: 'iso' },
    device: 'device_identifier',
  },
} satisfies Preset;
