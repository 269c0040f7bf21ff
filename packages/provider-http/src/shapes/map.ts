import { isJsonObject } from '@caudal/core';
import type { Shape } from '../config/answer.ts';
import { compilePath } from '../path.ts';
import type { At } from '../refuse.ts';
import { placeAt, type ShapeParts, type Walk } from './shape.ts';

/** `{ "level": [{ "ts": 1, "value": 2 }] }`, also with one point, or pairs `[1, 2]`, in place of the list. */
export const mapShape = (shape: Extract<Shape, { type: 'map' }>, { time }: ShapeParts, at: At): Walk => {
  const valueOf = compilePath(shape.value, `${at}/value`);
  return (place, visitor) => {
    if (!isJsonObject(place.item)) return 'the items are no object with a key for each variable';
    for (const [variable, points] of Object.entries(place.item)) {
      const list: readonly unknown[] = Array.isArray(points) && !isPair(points) ? points : [points];
      for (const [index, point] of list.entries()) {
        const where = () => `/${variable}/${index}`;
        if (typeof point !== 'object' || point === null) {
          visitor.odd?.('the point is no object and no pair', where());
          continue;
        }
        const here = placeAt(place, point);
        const instant = time(here);
        visitor.row?.(instant, variable);
        visitor.value?.({ place: here, variable, value: valueOf(here), time: instant, where });
      }
    }
    return undefined;
  };
};

/** A list that begins with no list and no object is one point, not a list of points. */
const isPair = (points: readonly unknown[]): boolean =>
  points.length > 0 && !Array.isArray(points[0]) && !isJsonObject(points[0]);
