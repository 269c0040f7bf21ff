import type { DeviceInfo } from '../config/domain.ts';

/** Devices that are to be asked, found in one look over all and begun as places get free: a look for each place would be one for each device. */
export interface PollQueue {
  /** What was found at `at`, the one that waits longest first. */
  fill(devices: readonly DeviceInfo[], at: number): void;
  /** When it was filled. */
  readonly filledAt: number;
  /**
   * Begins those for which there is a place, in order, each at most once.
   *
   * @param begin `begun`: under way, or not to be asked now; `later`: others with its credential are under way; `full`: its instance has no place
   */
  begin(begin: (device: DeviceInfo) => 'begun' | 'later' | 'full'): void;
  clear(): void;
}

/** Taken from the front; what was taken is let go in large pieces. */
class Line {
  private devices: DeviceInfo[] = [];
  private next = 0;

  get first(): DeviceInfo | undefined {
    return this.devices[this.next];
  }

  add(device: DeviceInfo): void {
    this.devices.push(device);
  }

  drop(): void {
    this.next += 1;
    if (this.next < 1_000 || 2 * this.next < this.devices.length) return;
    this.devices = this.devices.slice(this.next);
    this.next = 0;
  }
}

/** Of one instance: all, and apart those whose credential had no place when their turn came. */
interface Waiting {
  readonly all: Line;
  readonly aside: Map<string, Line>;
}

export const createPollQueue = (): PollQueue => {
  const waiting = new Map<string, Waiting>();
  let filledAt = -Infinity;

  const take = (line: Line, begin: Parameters<PollQueue['begin']>[0]): 'empty' | 'later' | 'full' => {
    for (let device = line.first; device !== undefined; device = line.first) {
      const came = begin(device);
      if (came !== 'begun') return came;
      line.drop();
    }
    return 'empty';
  };

  const beginOf = ({ all, aside }: Waiting, begin: Parameters<PollQueue['begin']>[0]): void => {
    for (const [credential, line] of aside) {
      const came = take(line, begin);
      if (came === 'full') return;
      if (came === 'empty') aside.delete(credential);
    }
    for (let device = all.first; device !== undefined; device = all.first) {
      const credential = device.credential ?? '';
      const behind = aside.get(credential);
      const came = behind === undefined ? begin(device) : 'later';
      if (came === 'full') return;
      all.drop();
      if (came === 'begun') continue;
      const line = behind ?? new Line();
      line.add(device);
      aside.set(credential, line);
    }
  };

  return {
    get filledAt() {
      return filledAt;
    },
    fill(devices, at) {
      waiting.clear();
      filledAt = at;
      for (const device of devices) {
        const own = waiting.get(device.provider) ?? { all: new Line(), aside: new Map<string, Line>() };
        waiting.set(device.provider, own);
        own.all.add(device);
      }
    },
    begin(begin) {
      for (const [provider, own] of waiting) {
        beginOf(own, begin);
        if (own.all.first === undefined && own.aside.size === 0) waiting.delete(provider);
      }
    },
    clear() {
      waiting.clear();
      filledAt = -Infinity;
    },
  };
};
