import { say } from './mistake-words.ts';
import { checkSpan } from './spans.ts';
import { lookUp, type World } from './world.ts';
import { isZone } from './zone.ts';

/** What maintenance windows are about, and that each of them ends: silence without an end would hide a fault for ever. */
export const checkMaintenance = (world: World): void => {
  const { report, lists } = world;
  const works = new Set(lists.obligations.map(({ value: { target, work } }) => `${target} ${work.code}`));
  for (const window of lists.maintenance) {
    const { scope, from, to, weekly } = window.value;
    checkSpan(report, window, ['from', from], ['to', to]);
    if (weekly === undefined && (from === undefined || to === undefined))
      report.error(window, [], say('maintenance-span'));
    if (weekly !== undefined && !isZone(weekly.zone)) report.error(window, ['weekly', 'zone'], say('no-zone'));
    if (scope === 'all') continue;
    if ('point' in scope) lookUp(world, world.points, 'point', scope.point, window, ['scope', 'point']);
    else if ('device' in scope) lookUp(world, world.devices, 'device', scope.device, window, ['scope', 'device']);
    else if ('provider' in scope)
      lookUp(world, world.providers, 'provider', scope.provider, window, ['scope', 'provider']);
    else {
      lookUp(world, world.targets, 'target', scope.target, window, ['scope', 'target']);
      if (scope.work !== undefined && world.complete && !works.has(`${scope.target} ${scope.work}`))
        report.error(window, ['scope', 'work'], say('maintenance-work', { target: scope.target, work: scope.work }));
    }
  }
};
