import type { Preset } from './preset.ts';

/** ThingsIO as an early design sketched it: a placeholder that was never seen live. The device's id is all it shows. */
export const thingsio = {
  pull: { latest: { path: '/devices/{device}/data', headers: { 'Device-ID': '{device}' } } },
  answer: { shape: { type: 'object' }, time: { at: 'measurement_timestamp', format: 'iso' } },
} satisfies Preset;
