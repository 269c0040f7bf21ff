import { CaudalError } from '@caudal/core';
import type { Analysed } from './samples.ts';
import { type StatesOf, statesOf } from './states.ts';
import { type VolumesOf, volumesOf } from './volumes.ts';
import type { WindowName } from './windows.ts';

export interface PointReport {
  readonly point: string;
  readonly zone: string;
  readonly window: WindowName;
  readonly from: number;
  readonly to: number;
  readonly totals: readonly VolumesOf[];
  readonly states: readonly StatesOf[];
  /** Slots in the span by how they stand, of each obligation that takes from the point. */
  readonly submissions: readonly {
    readonly obligation: string;
    readonly target: string;
    readonly work: string;
    readonly states: Readonly<Record<string, number>>;
  }[];
}

/** Most slots of one report. */
const most = 100_000;

/** What a point did in a span, window by window: a day by hours, a month by days, a year by months. */
export const pointReport = async (
  services: Analysed,
  input: {
    readonly point: string;
    readonly from: number;
    readonly to: number;
    readonly window: WindowName;
    readonly zone?: string | undefined;
  },
): Promise<PointReport> => {
  const point = services.domain.points.get(input.point);
  if (point === undefined) throw new CaudalError('config', `there is no point "${input.point}"`, { sent: 'no' });
  const zone = input.zone ?? point.zone ?? 'America/Santiago';
  const { from, to, window } = input;
  const totals: VolumesOf[] = [];
  const states: StatesOf[] = [];
  for (const { id, kind, interpretation } of point.series) {
    if (kind === 'total') totals.push(await volumesOf(services, { series: id, from, to, window, zone }));
    else if (interpretation !== 'cumulative')
      states.push(await statesOf(services, { series: id, from, to, window, zone }));
  }
  const submissions = [];
  for (const { id, target, work, members } of services.domain.obligations.values()) {
    if (!Object.values(members).some(({ series }) => series.startsWith(`${point.id}/`))) continue;
    const counted: Record<string, number> = {};
    for (const { state } of await services.store.read.submissionList({ obligation: id, from, to, limit: most }))
      counted[state] = (counted[state] ?? 0) + 1;
    submissions.push({ obligation: id, target, work: work.code, states: counted });
  }
  return { point: point.id, zone, window, from, to, totals, states, submissions };
};
