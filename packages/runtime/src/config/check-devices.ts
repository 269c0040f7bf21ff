import type { Device } from '@caudal/core';
import { say } from './mistake-words.ts';
import { grouped } from './spans.ts';
import { checkValue, type Item, lookUp, type World } from './world.ts';

/** Vendor variables of a device: those with settings, and those that bindings ask for. */
const variablesOf = ({ lists }: World, { value: { id, variables } }: Item<Device>): string[] => [
  ...new Set([
    ...Object.keys(variables ?? {}),
    ...lists.bindings.filter(({ value }) => value.device === id).map(({ value }) => value.variable),
  ]),
];

const checkTimes = ({ report }: World, device: Item<Device>) => {
  const { intervalMinutes = 60, pollMinutes = 5, silentAfterMinutes } = device.value;
  if (silentAfterMinutes === undefined) return;
  if (silentAfterMinutes < intervalMinutes) {
    report.warning(device, ['silentAfterMinutes'], say('silent-before-interval', { minutes: intervalMinutes }));
  } else if (silentAfterMinutes < pollMinutes) {
    report.warning(device, ['silentAfterMinutes'], say('silent-before-poll'));
  }
};

/** Provider, settings and variables of every device, and that no two are the same logger. */
export const checkDevices = (world: World): void => {
  for (const device of world.lists.devices) {
    checkTimes(world, device);
    const { provider, settings = {}, variables = {} } = device.value;
    const definition = lookUp(world, world.providers, 'provider', provider, device, ['provider']);
    if (definition === undefined) continue;
    checkValue(world, definition.device, settings, device, ['settings']);
    for (const name of variablesOf(world, device)) {
      checkValue(world, definition.variable, variables[name] ?? {}, device, ['variables', name]);
    }
  }
  for (const [first, ...others] of grouped(world.lists.devices, ({ value }) =>
    JSON.stringify([value.provider, value.externalId]),
  )) {
    for (const other of others) {
      world.report.error(
        other,
        ['externalId'],
        say('device-twice', { device: first?.value.id ?? '', where: world.report.where(first as Item<Device>) }),
      );
    }
  }
};
