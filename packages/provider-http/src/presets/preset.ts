import type { HttpConfig } from '../config/config.ts';

/** Part of a configuration, without address and secrets: what a vendor has in common for everybody. */
export type Preset = Omit<HttpConfig, 'baseUrl' | 'secrets'>;
