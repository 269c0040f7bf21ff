import type { ProviderCapabilities } from '@caudal/core';

/**
 * `GET /data` requests a minute, by TagoIO plan. They count for the whole profile, in whole clock minutes (reset at second 0),
 * so devices with tokens of their own share them.
 */
export const tagoPlans = { free: 250, starter: 5000, scale: 15_000 } as const;

export type TagoPlan = keyof typeof tagoPlans;

/** Most items asked for in one answer. Production systems ask for as many; TagoIO documents no maximum. */
export const maxItems = 10_000;

export const capabilitiesOf = (plan: TagoPlan): ProviderCapabilities => ({
  // Forty names of at most 100 characters keep the address under the 8 KiB that servers take.
  pull: { scope: 'device', by: 'time', range: true, maxVariables: 40, maxLimit: maxItems },
  webhook: true,
  discover: { devices: true, variables: true },
  limits: [{ requests: tagoPlans[plan], perMs: 60_000, per: 'instance', clockAligned: true }],
  concurrency: { perInstance: 4 },
});
