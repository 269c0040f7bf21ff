import { say } from './mistake-words.ts';
import { checkSpan } from './spans.ts';
import { lookUp, type World } from './world.ts';

/** Series and spans of what people correct, and that one suggestion is decided once. */
export const checkCorrections = (world: World): void => {
  const { report, lists } = world;
  const decided = new Map<string, (typeof lists.corrections)[number]>();
  for (const correction of lists.corrections) {
    const { value } = correction;
    lookUp(world, world.series, 'series', value.series, correction, ['series']);
    if ('from' in value) {
      checkSpan(report, correction, ['from', value.from], ['to', value.to]);
      continue;
    }
    const key = JSON.stringify([value.series, value.rule, value.key]);
    const before = decided.get(key);
    if (before === undefined) decided.set(key, correction);
    else
      report.error(
        correction,
        ['key'],
        say('correction-twice', { correction: before.value.id, where: report.where(before) }),
      );
  }
};
