import type { Preset } from './preset.ts';

/** Tago as an early design sketched it: a device token and a list of results. `tagoio` is what TagoIO documents. */
export const tago = {
  auth: [{ type: 'header', name: 'Device-Token', use: 'credential' }],
  pull: { latest: { path: '/data' } },
  answer: {
    items: 'result',
    shape: { type: 'list', variable: 'variable', value: 'value' },
    time: { at: 'time', format: 'iso' },
  },
} satisfies Preset;
