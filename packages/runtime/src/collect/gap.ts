import type { DeviceInfo } from '../config/domain.ts';
import type { ProviderEntry } from '../plugins.ts';
import type { Services } from '../services.ts';
import { askedTo } from './asked-to.ts';
import { planWindow, startOf } from './plan.ts';

const minute = 60_000;
const gapsAtOnce = 1_000;

/**
 * Plans the reading of what a stream may have missed: from the newest decoded instant of each variable, with its overlap, until now. A
 * gap of the device that is still open is taken into the new one, so that a stream that comes and goes does not leave many.
 */
export const planGap = async (services: Services, provider: ProviderEntry, device: DeviceInfo): Promise<void> => {
  const { store, options, clock } = services;
  const { pull } = provider.capabilities;
  if (pull?.by !== 'time' || !pull.range) return;
  const now = clock.now();
  const [known, asked] = await Promise.all([store.read.watermarks([device.id]), store.read.asked([device.id])]);
  const open = (await store.read.reads({ state: 'open', device: device.id, limit: gapsAtOnce })).filter(
    ({ lane, page }) => lane === 'gap' && page === null,
  );
  const input = {
    decodedTo: new Map(known.map(({ variable, decodedTo }) => [variable, decodedTo])),
    askedTo: askedTo(asked, device.wanted),
    now,
    overlapMs: options.collect.overlapMinutes * minute,
    firstReadMs: options.collect.firstReadHours * 60 * minute,
  };
  const begin = (variable: string): number =>
    Math.min(
      startOf(input, variable),
      ...open.filter(({ variables }) => variables.includes(variable)).map(({ from }) => from),
    );
  const plans = [...Map.groupBy(device.wanted, (variable) => Math.floor(begin(variable) / (60 * minute))).values()]
    .map((names) => ({ names, from: Math.min(now, ...names.map(begin)) }))
    .flatMap(({ names, from }) => planWindow(device, names, { from, to: now + 1 }, pull, 'gap', now));
  if (plans.length > 0) await store.write.planReads(plans);
  await store.write.changeReads(
    open.map(({ id }) => ({ id, state: 'done' as const, reason: 'taken into a later gap' })),
  );
};
