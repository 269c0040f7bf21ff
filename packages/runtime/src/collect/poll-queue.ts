import type { DeviceInfo } from '../config/domain.ts';

/**
 * What came of a device whose turn it was. `done`: begun, or not to be asked at all. `none`: there is no place for anybody. `full`: its
 * instance has none. A name: it waits apart, in the line of that name, and others go on.
 */
export type Turn = 'done' | 'none' | 'full' | { readonly aside: string };

/**
 * Devices that are to be asked, found in one look over all and begun as places get free: a look for each place would be one for each device.
 * What comes due between two looks joins when it does, so that no device is later for it.
 */
export interface PollQueue {
  /**
   * What a look at `at` found; nothing from before is kept.
   *
   * @param due the one that waits longest first
   */
  refill(due: readonly DeviceInfo[], at: number, until: number): void;
  /** Whether the look still says all there is at `now`. */
  holds(now: number): boolean;
  /** The device is to be asked from `at` on. What is after the next look is left to that. */
  put(device: DeviceInfo, at: number): void;
  /** Gives each its turn while there are places: those set apart first, then the one that waits longest, of whichever instance. */
  begin(now: number, turn: (device: DeviceInfo) => Turn): void;
  clear(): void;
}

interface Place {
  readonly device: DeviceInfo;
  readonly order: number;
}

/** Taken from the front; what was taken is let go in large pieces. */
class Line {
  private places: Place[] = [];
  private next = 0;

  get first(): Place | undefined {
    return this.places[this.next];
  }

  add(place: Place): void {
    this.places.push(place);
  }

  drop(): void {
    this.next += 1;
    if (this.next < 1_000 || 2 * this.next < this.places.length) return;
    this.places = this.places.slice(this.next);
    this.next = 0;
  }
}

/** Of one instance: all, and apart those that could not be begun when their turn came. */
interface Waiting {
  readonly all: Line;
  readonly aside: Map<string, Line>;
}

const byOrder = (a: { readonly line: Line }, b: { readonly line: Line }): number =>
  (a.line.first?.order ?? Infinity) - (b.line.first?.order ?? Infinity);

export const createPollQueue = (): PollQueue => {
  const waiting = new Map<string, Waiting>();
  /** In order of time. */
  let coming: { readonly device: DeviceInfo; readonly at: number }[] = [];
  let order = 0;
  let filledAt = Infinity;
  let filledUntil = -Infinity;

  const add = (device: DeviceInfo) => {
    const own = waiting.get(device.provider) ?? { all: new Line(), aside: new Map<string, Line>() };
    waiting.set(device.provider, own);
    own.all.add({ device, order: (order += 1) });
  };

  const setAside = ({ aside }: Waiting, name: string, place: Place) => {
    const line = aside.get(name) ?? new Line();
    line.add(place);
    aside.set(name, line);
  };

  const joinDue = (now: number) => {
    const later = coming.findIndex(({ at }) => at > now);
    for (const { device } of coming.splice(0, later < 0 ? coming.length : later)) add(device);
  };

  /** Answers who may go on: no instance that is full, and nobody when there is no place at all. */
  const beginAside = (turn: (device: DeviceInfo) => Turn): readonly Waiting[] => {
    const full = new Set<Waiting>();
    const apart = [...waiting.values()].flatMap((own) => [...own.aside].map(([name, line]) => ({ own, name, line })));
    for (const { own, name, line } of apart.toSorted(byOrder)) {
      for (let place = line.first; place !== undefined && !full.has(own); place = line.first) {
        const came = turn(place.device);
        if (came === 'none') return [];
        if (came === 'full') full.add(own);
        else if (came !== 'done' && came.aside === name) break;
        else {
          line.drop();
          if (came !== 'done') setAside(own, came.aside, place);
        }
      }
      if (line.first === undefined) own.aside.delete(name);
    }
    return [...waiting.values()].filter((own) => !full.has(own));
  };

  return {
    refill(due, at, until) {
      waiting.clear();
      coming = [];
      [filledAt, filledUntil] = [at, until];
      for (const device of due) add(device);
    },
    holds: (now) => filledAt <= now && now < filledUntil,
    put(device, at) {
      if (at >= filledUntil) return;
      const later = coming.findLastIndex((one) => one.at <= at);
      coming.splice(later + 1, 0, { device, at });
    },
    begin(now, turn) {
      joinDue(now);
      const going = new Set(beginAside(turn).map((own) => ({ own, line: own.all })));
      for (;;) {
        const next = [...going].reduce<{ own: Waiting; line: Line } | undefined>(
          (first, one) =>
            one.line.first !== undefined && (first === undefined || byOrder(one, first) < 0) ? one : first,
          undefined,
        );
        const place = next?.line.first;
        if (next === undefined || place === undefined) break;
        const came = turn(place.device);
        if (came === 'none') break;
        if (came === 'full') {
          going.delete(next);
          continue;
        }
        next.line.drop();
        if (came !== 'done') setAside(next.own, came.aside, place);
      }
      for (const [provider, own] of waiting)
        if (own.all.first === undefined && own.aside.size === 0) waiting.delete(provider);
    },
    clear() {
      waiting.clear();
      coming = [];
      [filledAt, filledUntil] = [Infinity, -Infinity];
    },
  };
};
