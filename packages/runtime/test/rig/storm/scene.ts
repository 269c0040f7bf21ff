import { start, hour, minute, tempers, wells } from './fleet.ts';
import { regulators } from './regulators.ts';

/** Owed slots: every hour while the storm lasts. */
export const slots = [0, 1, 2, 3].map((count) => start - minute + count * hour);
export const toleranceMinutes = 9;
/** Times of pushed readings, a second apart, all before the beginning. */
export const firstPush = start - 20 * hour;

export const data = {
  points: [
    ...wells.map((id) => ({
      id,
      name: id,
      kind: 'well',
      series: { flow: { intervalMinutes: 10 }, total: { intervalMinutes: 10 } },
    })),
    { id: 'pushed', name: 'pushed', kind: 'well', series: { level: {} } },
  ],
  devices: [
    ...wells.map((id) => ({
      id,
      provider: 'fleet',
      externalId: id,
      intervalMinutes: 10,
      pollMinutes: 0.05,
      settings: tempers[id]?.zone === undefined ? {} : { zone: tempers[id].zone },
    })),
    { id: 'pushed', provider: 'fleet', externalId: 'pushed' },
  ],
  bindings: [
    ...wells.flatMap((id) =>
      ['flow', 'total'].map((name) => ({ device: id, variable: name, series: `${id}/${name}` })),
    ),
    { device: 'pushed', variable: 'level', series: 'pushed/level' },
  ],
  obligations: Object.keys(regulators).flatMap((target) =>
    wells.map((id) => ({
      id: `${target}-${id}`,
      target,
      work: { code: id, settings: { password: `env:STORM_${target}_${id}`.replaceAll('-', '_') } },
      standard: 'HOUR',
      from: new Date(slots[0] as number).toISOString(),
      to: new Date((slots.at(-1) as number) + minute).toISOString(),
      toleranceMinutes,
      members: { q: { series: `${id}/flow` } },
    })),
  ),
};

export const environment: Readonly<Record<string, string>> = Object.fromEntries(
  data.obligations.map(({ work }) => [work.settings.password.slice('env:'.length), 'a password']),
);
