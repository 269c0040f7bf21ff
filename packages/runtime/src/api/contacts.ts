import type { DeviceInfo } from '../config/domain.ts';
import type { Services } from '../services.ts';
import type { Health } from './schemas/points.ts';

interface Heard {
  readonly health: Health;
  readonly lastContact: number | null;
}

/** How the devices stand: each by itself, and together as those of a point. */
export const readContacts = async ({ store, clock }: Pick<Services, 'store' | 'clock'>) => {
  const now = clock.now();
  const heard = new Map((await store.read.contacts()).map(({ device, at }) => [device, at]));
  const of = (device: DeviceInfo): Heard => {
    const last = heard.get(device.id);
    return {
      health: last === undefined ? 'never reported' : now - last > device.silentAfterMs ? 'OFFLINE' : 'OK',
      lastContact: last ?? null,
    };
  };
  return {
    of,
    /** As well as the device that was heard last. */
    together(devices: readonly DeviceInfo[]): Heard {
      const all = devices.map(of);
      const newest = all.reduce<number | null>(
        (last, one) => (one.lastContact === null ? last : Math.max(last ?? one.lastContact, one.lastContact)),
        null,
      );
      const health = all.some((one) => one.health === 'OK') ? 'OK' : newest === null ? 'never reported' : 'OFFLINE';
      return { health, lastContact: newest };
    },
  };
};
