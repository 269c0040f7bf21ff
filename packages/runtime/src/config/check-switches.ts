import { checkSpan } from './spans.ts';
import { lookUp, type World } from './world.ts';

/** That every switched provider is there, and the times of its tests. */
export const checkSwitches = (world: World): void => {
  for (const one of world.lists.providers) {
    lookUp(world, world.providers, 'provider', one.value.id, one, ['id']);
    for (const [index, { from, to }] of (one.value.tested ?? []).entries())
      checkSpan(world.report, { ...one, steps: [...one.steps, 'tested', index] }, ['from', from], ['to', to]);
  }
};
