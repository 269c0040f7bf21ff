import type { Preset } from './preset.ts';

/** TData as an early design sketched it: a placeholder that was never seen live. Times without a zone need one of the device. */
export const tdata = {
  auth: [{ type: 'header', name: 'X-API-Key', use: 'key' }],
  pull: { latest: { path: '/telemetry/{device}' } },
  answer: {
    shape: { type: 'object' },
    time: { at: 'fecha_medicion', format: 'iso' },
    device: 'id_equipo',
  },
} satisfies Preset;
