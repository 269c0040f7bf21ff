import { isJsonObject } from '@caudal/core';
import type { Shape } from '../config/answer.ts';
import type { At } from '../refuse.ts';
import { compileMembers } from './members.ts';
import { placeAt, type ShapeParts, type Walk } from './shape.ts';

/** `[{ "level": 2, "flow": 3, "time": 1 }]`, or rows without names `[[1, 2, 3]]` whose variables are named by their index. */
export const rowsShape = (shape: Extract<Shape, { type: 'rows' }>, { time, reserved }: ShapeParts, at: At): Walk => {
  const members = compileMembers(shape, reserved, at);
  return (place, visitor) => {
    if (!Array.isArray(place.item)) return 'the items are no list of rows';
    for (const [index, item] of (place.item as readonly unknown[]).entries()) {
      if (!isJsonObject(item) && !Array.isArray(item)) {
        visitor.odd?.('the row is no object and no list', `/${index}`);
        continue;
      }
      const here = placeAt(place, item);
      const instant = time(here);
      visitor.row?.(instant, undefined);
      for (const [variable, value] of members(here))
        visitor.value?.({ place: here, variable, value, time: instant, where: () => `/${index}/${variable}` });
    }
    return undefined;
  };
};
