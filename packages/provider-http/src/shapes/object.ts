import { isJsonObject } from '@caudal/core';
import type { Shape } from '../config/answer.ts';
import type { At } from '../refuse.ts';
import { compileMembers } from './members.ts';
import type { ShapeParts, Walk } from './shape.ts';

/** `{ "level": 2, "flow": 3, "timestamp": 1 }`: one row alone. */
export const objectShape = (
  shape: Extract<Shape, { type: 'object' }>,
  { time, reserved }: ShapeParts,
  at: At,
): Walk => {
  const members = compileMembers(shape, reserved, at);
  return (place, visitor) => {
    if (!isJsonObject(place.item)) return 'the items are no object';
    const instant = time(place);
    visitor.row?.(instant, undefined);
    for (const [variable, value] of members(place))
      visitor.value?.({ place, variable, value, time: instant, where: () => `/${variable}` });
    return undefined;
  };
};
