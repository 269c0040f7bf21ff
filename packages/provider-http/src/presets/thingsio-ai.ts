import type { Preset } from './preset.ts';

const answer = {
  shape: { type: 'object', members: 'data' },
  time: { at: 'dts', format: 'epoch-s' },
  device: 'device_id',
} satisfies Preset['answer'];

/**
 * ThingsIO.AI. Only the body that its devices send is public (`device_id`, `slave_id`, `dts` in Unix seconds, `data` by name); no
 * way to read was found, so the path is a placeholder to be replaced.
 */
export const thingsioAi = { pull: { latest: { path: '/devices/{device}/deviceData' } }, answer } satisfies Preset;

/** The same body, sent to us. */
export const thingsioAiPush = {
  webhook: { proof: { type: 'header', name: 'x-caudal-secret', use: 'push' }, answer },
} satisfies Preset;
