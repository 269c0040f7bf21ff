import type { Clock } from '@caudal/core';
import { startDga, startTago } from '@caudal/simulators';
import { centre, hour, informant, pushers, secrets, sourceOf, start, wells } from './scene.ts';

/** The vendor with every logger of the scene. */
export const startVendor = (clock: Clock) =>
  startTago({
    clock,
    devices: [
      ...wells.map((well) => ({
        id: well.externalId,
        token: well.token,
        source: sourceOf(well),
        sourceFrom: start - 4 * hour,
      })),
      ...pushers.map(({ externalId, token }) => ({ id: externalId, token })),
    ],
  });

/**
 * The regulator with every work of the scene. An answer takes a while, so that kills find sends and read-backs under way, their effect
 * done and untold.
 *
 * @param toleranceMs of the spacing of sends
 */
export const startRegulator = async (clock: Clock, toleranceMs: number) => {
  const regulator = await startDga({
    clock,
    centres: [centre],
    informants: [{ rut: informant, password: secrets.CRASH_DGA_PASSWORD }],
    works: wells.map(({ code }) => ({ code, variant: 'subterranea' as const, informant })),
    toleranceMs,
  });
  regulator.behave({ post: { always: 'slow-250' }, get: { always: 'slow-100' } });
  return regulator;
};
