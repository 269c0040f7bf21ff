import { parseRut } from '@caudal/core';
import { say } from './mistake-words.ts';
import { checkSpan } from './spans.ts';
import { lookUp, type World } from './world.ts';
import { isZone } from './zone.ts';

/** Tax numbers and zones of owners, and that what names an owner names one that is there. */
export const checkOwners = (world: World): void => {
  const { report, lists } = world;
  for (const owner of lists.owners) {
    const { rut, zone } = owner.value;
    if (rut !== undefined && parseRut(rut) === undefined) report.error(owner, ['rut'], say('no-rut'));
    if (zone !== undefined && !isZone(zone)) report.error(owner, ['zone'], say('no-zone'));
  }
  // A name for people alone is enough where nobody keeps owners.
  if ([...world.owners.keys()].length > 0) {
    for (const point of lists.points) {
      if (point.value.owner !== undefined) lookUp(world, world.owners, 'owner', point.value.owner, point, ['owner']);
    }
  }
  for (const source of lists.sources) {
    const { owner } = source.value;
    if (owner !== undefined) lookUp(world, world.owners, 'owner', owner, source, ['owner']);
  }
};

/** Target and time of every compliance source, and that its obligations go to the same target inside its time. */
export const checkSources = (world: World): void => {
  const { report, lists } = world;
  for (const source of lists.sources) {
    const { from, to, target } = source.value;
    checkSpan(report, source, ['from', from], ['to', to]);
    lookUp(world, world.targets, 'target', target, source, ['target']);
  }
  for (const obligation of lists.obligations) {
    const { source: id, target, from, to } = obligation.value;
    if (id === undefined) continue;
    const source = lookUp(world, world.sources, 'source', id, obligation, ['source']);
    if (source === undefined) continue;
    if (source.value.target !== target)
      report.error(
        obligation,
        ['target'],
        say('source-of-other-target', { source: id, where: report.where(source), target: source.value.target }),
      );
    const begins = source.value.from === undefined ? -Infinity : Date.parse(source.value.from);
    const ends = source.value.to === undefined ? Infinity : Date.parse(source.value.to);
    const owedFrom = Math.max(begins, Date.parse(from));
    const owedTo = Math.min(ends, to === undefined ? Infinity : Date.parse(to));
    if (owedFrom >= owedTo)
      report.warning(obligation, ['source'], say('source-no-time', { source: id, where: report.where(source) }));
  }
};
