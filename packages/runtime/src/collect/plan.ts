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
  readonly now: number;
  readonly overlapMs: number;
  readonly firstReadMs: number;
}

/** What to read of a device now, and what of its gap later. */
export const planDevice = (
  pull: NonNullable<ProviderCapabilities['pull']>,
  input: PlanInput,
): { reads: Read[]; gaps: PlannedRead[] } => {
  const { device, variables, decodedTo, now, overlapMs, firstReadMs } = input;
  if (!pull.range || pull.by === 'cursor') {
    return {
      reads: chunk(variables, pull).map((names) => ({ devices: [device], variables: names, lane: 'live' })),
      gaps: [],
    };
  }
  const startOf = (variable: string) =>
    decodedTo.has(variable) ? (decodedTo.get(variable) as number) - overlapMs : now - firstReadMs;
  const reads: Read[] = [];
  const gaps: PlannedRead[] = [];
  // A variable that never came must not make the others be read from the start again: equal starts go together.
  for (const [, names] of Map.groupBy(variables, (variable) => Math.floor(startOf(variable) / hour))) {
    const from = Math.min(...names.map(startOf), now);
    const behind = names.some((name) => decodedTo.has(name)) && now - from > gapMs;
    const liveFrom = behind ? now - hour : from;
    for (const part of chunk(names, pull)) {
      for (const window of cut({ from: liveFrom, to: now + 1 }, pull.maxWindowMs)) {
        reads.push({ devices: [device], variables: part, window, lane: 'live' });
      }
      if (behind) gaps.push(...planWindow(device, part, { from, to: liveFrom }, pull, 'gap', now));
    }
  }
  return { reads, gaps };
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
