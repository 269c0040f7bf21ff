import type { Clock } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import type { ProviderEntry } from '../plugins.ts';
import type { InFlight } from '../schedule/in-flight.ts';

/** A read that takes longer gives its shared place back: it goes on counting for its instance alone. */
const slowMs = 5_000;

export type Lacking = 'together' | 'instance' | 'failing' | 'credential';

/** How many reads may be under way: all together, of one instance, with one credential. */
export interface Places {
  /**
   * Who has no place for a read: all together, its instance, its instance for one that fails, or its credential. Null: it may begin.
   *
   * @param failing whether the device's last read failed: it never takes the last place of its instance
   */
  lacking(provider: ProviderEntry, device: DeviceInfo, failing: boolean): Lacking | null;
  take(device: DeviceInfo, work: (signal: AbortSignal) => Promise<void>): void;
}

export const createPlaces = (flight: InFlight, clock: Clock, together: number): Places => {
  const since = new Map<string, number>();
  const groupsOf = (device: DeviceInfo) => [device.provider, `${device.provider} ${device.credential ?? ''}`] as const;
  return {
    lacking({ capabilities }, device, failing) {
      const [instance, credential] = groupsOf(device);
      const { perInstance = 4, perCredential = Infinity } = capabilities.concurrency ?? {};
      const now = clock.now();
      let brisk = 0;
      for (const at of since.values()) if (now - at < slowMs) brisk += 1;
      if (brisk >= together) return 'together';
      if (flight.count(instance) >= perInstance) return 'instance';
      if (failing && flight.count(instance) >= Math.max(1, perInstance - 1)) return 'failing';
      return flight.count(credential) < perCredential ? null : 'credential';
    },
    take(device, work) {
      since.set(device.id, clock.now());
      flight.start(device.id, groupsOf(device), async (signal) => {
        try {
          await work(signal);
        } finally {
          since.delete(device.id);
        }
      });
    },
  };
};
