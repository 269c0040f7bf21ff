import { randomUUID } from 'node:crypto';
import type { ProviderCapabilities, Window } from '@caudal/core';
import type { DeviceInfo } from '../config/domain.ts';
import type { PlannedRead } from '../store/store.ts';
import type { Lane } from '../store/rows.ts';
import type { Read } from './read.ts';

const hour = 3_600_000;
/** A device that is further behind than this gets its gap read apart, so that what is happening now comes first. */
const gapMs = 6 * hour;

export interface PlanInput {
  readonly device: DeviceInfo;
  readonly variables: readonly string[];
  /** Newest decoded instant by vendor variable. */
  readonly decodedTo: ReadonlyMap<string, number>;
  /** Up to where the vendor was asked, by vendor variable. */
  readonly askedTo: ReadonlyMap<string, number>;
  readonly now: number;
  readonly overlapMs: number;
  readonly firstReadMs: number;
}

/**
 * From where a variable has to be asked for: what came by another way, as a webhook's newest reading, says nothing about what was before
 * it and was never asked for.
 */
export const startOf = (
  { decodedTo, askedTo, now, overlapMs, firstReadMs }: Omit<PlanInput, 'device' | 'variables'>,
  variable: string,
): number =>
  Math.min(
    decodedTo.has(variable) ? (decodedTo.get(variable) as number) - overlapMs : now - firstReadMs,
    askedTo.has(variable) ? (askedTo.get(variable) as number) - overlapMs : now - firstReadMs,
  );

/** A read, and what is to be read later once it has worked. */
export interface PlannedDevice {
  readonly read: Read;
  readonly gaps: readonly PlannedRead[];
}

/** What to read of a device now, and what of its gap later. */
export const planDevice = (
  pull: NonNullable<ProviderCapabilities['pull']>,
  input: PlanInput,
): readonly PlannedDevice[] => {
  const { device, variables, decodedTo, now } = input;
  if (!pull.range || pull.by === 'cursor')
    return chunk(variables, pull).map((names) => ({
      read: { devices: [device], variables: names, lane: 'live' },
      gaps: [],
    }));
  const planned: PlannedDevice[] = [];
  const begin = (variable: string) => startOf(input, variable);
  // A variable that never came must not make the others be read from the start again: equal starts go together.
  for (const [, names] of Map.groupBy(variables, (variable) => Math.floor(begin(variable) / hour))) {
    const from = Math.min(...names.map(begin), now);
    const behind = names.some((name) => decodedTo.has(name)) && now - from > gapMs;
    const liveFrom = behind ? now - hour : from;
    for (const part of chunk(names, pull)) {
      const gaps = behind ? planWindow(device, part, { from, to: liveFrom }, pull, 'gap', now) : [];
      for (const [index, window] of cut({ from: liveFrom, to: now + 1 }, pull.maxWindowMs).entries())
        planned.push({
          read: { devices: [device], variables: part, window, lane: 'live' },
          gaps: index === 0 ? gaps : [],
        });
    }
  }
  return planned;
};

/** A window of a device as planned reads, cut to what one request may cover. */
export const planWindow = (
  device: DeviceInfo,
  variables: readonly string[],
  window: Window,
  pull: NonNullable<ProviderCapabilities['pull']>,
  lane: Lane,
  now: number,
): PlannedRead[] =>
  chunk(variables, pull).flatMap((names) =>
    cut(window, pull.maxWindowMs).map((part) => plannedRead(device, names, part, lane, now)),
  );

/** One read of one window, to be done from `now` on. */
export const plannedRead = (
  device: DeviceInfo,
  variables: readonly string[],
  { from, to }: Window,
  lane: Lane,
  now: number,
): PlannedRead => ({
  id: randomUUID(),
  instance: device.provider,
  device: device.id,
  variables,
  from,
  to,
  lane,
  state: 'open',
  page: null,
  nextAt: now,
  reason: null,
});

const chunk = (
  variables: readonly string[],
  pull: NonNullable<ProviderCapabilities['pull']>,
): (readonly string[])[] => {
  const size = pull.scope === 'variable' ? 1 : (pull.maxVariables ?? Infinity);
  if (variables.length <= size) return [variables];
  return Array.from({ length: Math.ceil(variables.length / size) }, (_, index) =>
    variables.slice(index * size, (index + 1) * size),
  );
};

const cut = ({ from, to }: Window, maxMs = Infinity): Window[] => {
  if (to - from <= maxMs) return [{ from, to }];
  return Array.from({ length: Math.ceil((to - from) / maxMs) }, (_, index) => ({
    from: from + index * maxMs,
    to: Math.min(to, from + (index + 1) * maxMs),
  }));
};
