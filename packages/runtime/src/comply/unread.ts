import { isRead } from '../config/is-read.ts';
import type { Services } from '../services.ts';
import type { SubmissionRow } from '../store/rows.ts';
import { minutes, type Owed } from './expect.ts';

const second = 1_000;
const minute = 60 * second;
const day = 1_440 * minute;

/** One series that a slot wants a reading of. */
export interface Wanted {
  readonly series: string;
  readonly slot: number;
  /** The oldest instant at which a reading would change what the slot takes. */
  readonly from: number;
  /** When the slot was to be taken first. */
  readonly dueAt: number;
}

/** Why the slot's reading is not known yet: the device, and what is missing. */
export interface Unread {
  readonly device: string;
  /** `asked`: the vendor was not asked since. `answered`: it was, and the rest is being fetched or decoded. */
  readonly lacks: 'asked' | 'answered';
}

interface Feeder {
  readonly device: string;
  readonly variable: string;
  readonly instance: string;
  readonly from: number;
  readonly to: number;
}

/** By series; found once for a domain, which never changes, so that a batch of slots does not go through all devices. */
const feedersFound = new WeakMap<Services['domain'], ReadonlyMap<string, readonly Feeder[]>>();

const feedersOf = (services: Services): ReadonlyMap<string, readonly Feeder[]> => {
  const found = feedersFound.get(services.domain) ?? findFeeders(services);
  feedersFound.set(services.domain, found);
  return found;
};

const findFeeders = ({ domain, plugins }: Services) => {
  const found = new Map<string, Feeder[]>();
  for (const [id, variables] of domain.bindings) {
    const device = domain.devices.get(id);
    if (device === undefined || !isRead(domain, device)) continue;
    // Whatever only calls us may call or not: nothing can be waited for.
    const { pull, subscribe } = plugins.providers.get(device.provider)?.capabilities ?? {};
    if (pull === undefined && subscribe === undefined) continue;
    for (const [variable, bindings] of variables)
      for (const binding of bindings) {
        const own = found.get(binding.series) ?? [];
        own.push({ device: id, variable, instance: device.provider, from: binding.from, to: binding.to });
        found.set(binding.series, own);
      }
  }
  return found;
};

/**
 * Which devices of each wanted reading have more to tell as far as the store knows: those that were not asked up to the slot since it
 * became due, those of which something is still to be fetched, and those of which an answer is not decoded.
 */
export const unreadOf = async (services: Services, wanted: readonly Wanted[]): Promise<readonly Unread[][]> => {
  const { read } = services.store;
  const all = feedersOf(services);
  const fed = new Map(wanted.map(({ series }) => [series, all.get(series) ?? []]));
  const devices = [...new Set([...fed.values()].flat().map(({ device }) => device))];
  if (devices.length === 0) return wanted.map(() => []);
  // What an answer left to do is noted with it, so it is looked for after that.
  const known = await read.asked(devices);
  const [open, undecoded] = await Promise.all([
    read.openReads({
      devices,
      from: Math.min(...wanted.map(({ from }) => from)),
      to: Math.max(...wanted.map(({ slot }) => slot)),
    }),
    read.undecoded(),
  ]);
  const asked = new Map(known.map((row) => [`${row.device} ${row.variable}`, row]));
  const reads = Map.groupBy(open, ({ device }) => device);
  const oldest = (instance: string, device: string): number =>
    Math.min(
      ...undecoded
        .filter((one) => one.instance === instance && (one.devices === null || one.devices.includes(device)))
        .map((one) => one.oldest),
    );
  return wanted.map(({ series, slot, from, dueAt }) =>
    (fed.get(series) ?? [])
      .filter((binding) => binding.from <= slot && from < binding.to)
      .flatMap(({ device, variable, instance }): Unread[] => {
        const marks = [asked.get(`${device} ${variable}`), asked.get(`${device} `)].flatMap((row) => row ?? []);
        if (marks.every(({ to }) => to < dueAt)) return [{ device, lacks: 'asked' }];
        const isOpen = (reads.get(device) ?? []).some(
          (one) => one.variables.includes(variable) && one.from <= slot && one.to > from,
        );
        const endedAt = Math.max(...marks.map((row) => row.endedAt));
        return isOpen || oldest(instance, device) <= endedAt ? [{ device, lacks: 'answered' }] : [];
      }),
  );
};

/**
 * Until when a slot waits for the devices that feed it: half of the time that is left to its deadline when it became due, or when this
 * process began if that was later, so that the other half is left to send it. Of one whose deadline has passed the maximum lag counts, and it
 * waits no longer than it would have. `readMinutes` of the obligation makes the wait shorter, never longer.
 *
 * @param beganAt since when this process could have had it read
 */
export const waitsUntil = (
  { obligation }: Owed,
  { slot, dueAt: deadline, maxLagAt }: SubmissionRow,
  beganAt: number,
): number => {
  const dueAt = slot + minutes(obligation.waitMinutes, 15);
  const from = Math.max(dueAt, beganAt);
  const half = (to: number, since: number) => Math.max(0, (to - since) / 2);
  const patience =
    obligation.readMinutes === undefined ? Math.min(day, half(deadline, dueAt)) : obligation.readMinutes * minute;
  return from + Math.min(patience, half(from < deadline ? deadline : maxLagAt, from));
};

/** When a slot that waits since `from` is looked at again: soon at first, then ever more rarely. */
export const looksAgainAt = (from: number, until: number, now: number): number =>
  Math.max(now, Math.min(until, now + Math.ceil(Math.min(minute, Math.max(5 * second, (now - from) / 20)))));
