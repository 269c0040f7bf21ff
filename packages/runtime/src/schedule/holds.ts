import type { Json } from '@caudal/core';
import type { Services } from '../services.ts';
import type { Held } from '../store/store.ts';

/** What may not go, whatever its age: everything of a point, a device or a work in a period. */
export interface Hold extends Held {
  readonly id: string;
  /** `point:<id>`, `device:<id>` or `work:<regulator's code>`. */
  readonly about: string;
  readonly because: string;
  readonly actor: string;
  readonly since: number;
}

/** What a hold covers, but for its period. */
export type Cover = Omit<Held, 'from' | 'to'>;

const key = 'holds';

export const holdsOf = async ({ store }: Services): Promise<readonly Hold[]> =>
  ((await store.read.recall(key)) as unknown as readonly Hold[] | null) ?? [];

export const putHolds = async ({ store }: Services, holds: readonly Hold[]): Promise<void> => {
  await store.write.remember([{ key, value: holds as unknown as Json }]);
};

/** Bindings, each with its device. */
const bound = ({ domain }: Services) =>
  [...domain.bindings].flatMap(([device, variables]) =>
    [...variables.values()]
      .flat()
      .map(({ series }) => ({ device, series, point: domain.series.get(series)?.point ?? '' })),
  );

/** Series that a hold is about. Of a device those that it feeds. */
const seriesOf: Readonly<Record<string, (services: Services, name: string) => readonly string[]>> = {
  point: ({ domain }, name) => [...domain.series].filter(([, { point }]) => point === name).map(([series]) => series),
  device: (services, name) => bound(services).flatMap(({ device, series }) => (device === name ? [series] : [])),
  work: ({ domain }, name) =>
    [...domain.obligations.values()]
      .filter(({ work }) => work.code === name)
      .flatMap(({ members }) => Object.values(members).map(({ series }) => series)),
};

/** What a hold is about, by the configuration as it is now. Empty when nothing of that name is there. */
export const coverOf = (services: Services, about: string): Cover => {
  const { domain } = services;
  const [kind = '', name = ''] = about.split(/:(.*)/s, 2);
  const series = new Set(seriesOf[kind]?.(services, name));
  const points = new Set([...series].map((one) => domain.series.get(one)?.point ?? ''));
  if (kind === 'point' && domain.points.has(name)) points.add(name);
  const feeding =
    kind === 'device' ? [name] : bound(services).flatMap(({ device, point }) => (points.has(point) ? [device] : []));
  const devices = [...new Set(feeding)].filter((device) => domain.devices.has(device));
  return {
    devices,
    instances: [...new Set(devices.map((device) => domain.devices.get(device)?.provider ?? ''))],
    points: [...points],
    series: [...series],
    obligations: [...domain.obligations]
      .filter(([, { members }]) => Object.values(members).some((member) => series.has(member.series)))
      .map(([id]) => id),
  };
};

const both = (a: readonly string[] = [], b: readonly string[] = []): readonly string[] => [...new Set([...a, ...b])];

/** What is held: what was there when the hold was made, and what came since. */
export const heldNow = async (services: Services): Promise<readonly Held[]> =>
  (await holdsOf(services)).map((hold) => {
    const now = coverOf(services, hold.about);
    return {
      from: hold.from,
      to: hold.to,
      devices: both(hold.devices, now.devices),
      instances: both(hold.instances, now.instances),
      points: both(hold.points, now.points),
      series: both(hold.series, now.series),
      obligations: both(hold.obligations, now.obligations),
    };
  });
