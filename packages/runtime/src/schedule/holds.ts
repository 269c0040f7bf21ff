import type { Json } from '@caudal/core';
import type { Services } from '../services.ts';
import type { HeldRaw } from '../store/store.ts';

/** What may not go, whatever its age: everything of a point or a work that arrived in a period. */
export interface Hold extends HeldRaw {
  readonly id: string;
  /** `point:<id>` or `work:<regulator's code>`. */
  readonly about: string;
  readonly because: string;
  readonly actor: string;
  readonly since: number;
}

const key = 'holds';

export const holdsOf = async ({ store }: Services): Promise<readonly Hold[]> =>
  ((await store.read.recall(key)) as unknown as readonly Hold[] | null) ?? [];

export const putHolds = async ({ store }: Services, holds: readonly Hold[]): Promise<void> => {
  await store.write.remember([{ key, value: holds as unknown as Json }]);
};

/** Devices that feed the points, as they are bound now, and their instances. */
export const devicesOf = (
  { domain }: Services,
  points: ReadonlySet<string>,
): Pick<HeldRaw, 'devices' | 'instances'> => {
  const devices = [...domain.devices.values()].filter((device) =>
    [...(domain.bindings.get(device.id)?.values() ?? [])]
      .flat()
      .some(({ series }) => points.has(domain.series.get(series)?.point ?? '')),
  );
  return { devices: devices.map(({ id }) => id), instances: [...new Set(devices.map(({ provider }) => provider))] };
};

/** Points of a hold, by the configuration as it is now. */
export const pointsOf = ({ domain }: Services, about: string): ReadonlySet<string> => {
  const [kind, name = ''] = about.split(/:(.*)/s, 2);
  if (kind === 'point') return new Set([name]);
  return new Set(
    [...domain.obligations.values()]
      .filter(({ work }) => work.code === name)
      .flatMap(({ members }) => Object.values(members))
      .map(({ series }) => domain.series.get(series)?.point ?? ''),
  );
};

/** What is held: the devices as they were when the hold was made, and those bound since. */
export const heldNow = async (services: Services): Promise<readonly HeldRaw[]> =>
  (await holdsOf(services)).map(({ about, from, to, devices, instances }) => {
    const now = devicesOf(services, pointsOf(services, about));
    return {
      from,
      to,
      devices: [...new Set([...devices, ...now.devices])],
      instances: [...new Set([...instances, ...now.instances])],
    };
  });
