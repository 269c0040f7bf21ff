import type { Preset } from './preset.ts';

/** Nettra as an early design sketched it: a placeholder that was never seen live. Times without a zone need one of the device. */
export const nettra = {
  auth: [{ type: 'basic', user: '{secret.user}', use: 'password' }],
  pull: { latest: { path: '/api/v1/device/{device}' } },
  answer: {
    shape: { type: 'object' },
    time: { at: 'fecha_medicion', format: 'iso' },
    device: 'id_dispositivo',
  },
} satisfies Preset;
