import { isJsonObject } from '@caudal/core';
import type { Shape } from '../config/answer.ts';
import type { At } from '../refuse.ts';
import { compileMembers } from './members.ts';
import type { ShapeParts, Walk } from './shape.ts';

/** `{ "times": [1, 2], "level": [3, 4] }`: lists side by side. A list of another length than that of the times is not read. */
export const columnsShape = (
  shape: Extract<Shape, { type: 'columns' }>,
  { time, reserved }: ShapeParts,
  at: At,
): Walk => {
  const members = compileMembers(shape, reserved, at);
  return (place, visitor) => {
    if (!isJsonObject(place.item)) return 'the items are no object with lists';
    const times = time(place);
    if (!Array.isArray(times)) return 'there is no list of times';
    for (const instant of times as readonly unknown[]) visitor.row?.(instant, undefined);
    for (const [variable, values] of members(place)) {
      if (!Array.isArray(values) || values.length !== times.length) {
        visitor.odd?.('the list is none, or not as long as that of the times', `/${variable}`);
        continue;
      }
      for (const [index, value] of (values as readonly unknown[]).entries())
        visitor.value?.({ place, variable, value, time: times[index], where: () => `/${variable}/${index}` });
    }
    return undefined;
  };
};
