import type { MaintenanceNow } from '../../operate/maintenance.ts';
import { ask } from '../ask.ts';
import { exitCodes, type Invocation } from '../command.ts';

const time = (instant: number) => (Number.isFinite(instant) ? new Date(instant).toISOString() : '–');

const line = ({ id, scope, now, next, silenced, reason, author }: MaintenanceNow['windows'][number]): string =>
  [
    id,
    scope === 'all'
      ? 'all'
      : Object.entries(scope)
          .map(([name, value]) => `${name} ${value}`)
          .join(' '),
    now === null ? 'off' : `ON since ${time(now.from)} to ${time(now.to)}, ${silenced} alerts silenced`,
    ...(next === null ? [] : [`next ${time(next)}`]),
    `by ${author}: ${reason}`,
  ].join('  ');

export const run = async ({ values, out }: Invocation): Promise<number> => {
  const found = await ask<MaintenanceNow>(values['config'] as string, 'maintenance', null);
  out(
    values['json'] === true
      ? JSON.stringify(found)
      : found.windows.length === 0
        ? 'no maintenance window'
        : found.windows.map(line).join('\n'),
  );
  return exitCodes.ok;
};
