import type { Preset } from './preset.ts';

/** Twin as an early design sketched it: a placeholder that was never seen live. Times without a zone need one of the device. */
export const twin = {
  auth: [{ type: 'bearer', use: 'key' }],
  pull: { latest: { path: '/device/{device}/data' } },
  answer: {
    shape: { type: 'object' },
    time: { at: 'timestamp', format: 'iso' },
    device: 'device_id',
  },
} satisfies Preset;
