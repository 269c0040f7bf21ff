import { owedBy, uncreated } from '../comply/expect.ts';
import { readinessOf } from '../operate/readiness.ts';
import type { Services } from '../services.ts';
import type { SlotResult } from './slots.ts';

/** How the whole stands, to be kept with the slot: what was wrong last night is seen in the morning. */
export const checkHealth = async (services: Services): Promise<SlotResult> => {
  const { store, clock, domain } = services;
  const now = clock.now();
  const { ready, stalled } = readinessOf(services);
  const heard = new Map((await store.read.contacts()).map(({ device, at }) => [device, at]));
  const silent = [...domain.devices.values()].filter(
    ({ id, silentAfterMs }) => now - (heard.get(id) ?? -Infinity) > silentAfterMs,
  ).length;
  const owing = [...(await store.read.owing(now)), ...(await uncreated(services, owedBy(services)))];
  const late = new Set(owing.filter(({ nearestDueAt }) => nearestDueAt < now).map(({ obligation }) => obligation)).size;
  const { openAlerts } = await store.read.counts();
  return {
    state: ready ? 'ready' : 'not ready',
    ...(stalled.length === 0 ? {} : { stalled: stalled.map(({ stage }) => stage).join(' ') }),
    ...(store.disk === null ? {} : { disk: store.disk.reason }),
    devices: domain.devices.size,
    silent,
    alerts: openAlerts,
    late,
  };
};
