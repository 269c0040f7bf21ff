import { SpelledNumber } from '@caudal/core';
import type { Shape } from '../config/answer.ts';
import { compilePath } from '../path.ts';
import type { At } from '../refuse.ts';
import { placeAt, type ShapeParts, type Walk } from './shape.ts';

/** `[{ "variable": "level", "value": 2, "time": 1 }]`, or pairs `[[1, 2]]`: one value in each item. */
export const listShape = (shape: Extract<Shape, { type: 'list' }>, { time }: ShapeParts, at: At): Walk => {
  const valueOf = compilePath(shape.value, `${at}/value`);
  const nameOf = shape.variable === undefined ? undefined : compilePath(shape.variable, `${at}/variable`);
  return (place, visitor) => {
    if (!Array.isArray(place.item)) return 'the items are no list';
    for (const [index, item] of (place.item as readonly unknown[]).entries()) {
      const where = () => `/${index}`;
      if (typeof item !== 'object' || item === null || item instanceof SpelledNumber) {
        visitor.odd?.('the item is no object and no pair', where());
        continue;
      }
      const here = placeAt(place, item);
      const named = nameOf?.(here);
      const text = named instanceof SpelledNumber ? named.text : named;
      const variable =
        text === undefined || text === null
          ? place.variable
          : typeof text === 'string' && text !== ''
            ? text
            : undefined;
      const instant = time(here);
      visitor.row?.(instant, variable);
      visitor.value?.({ place: here, variable, value: valueOf(here), time: instant, where });
    }
    return undefined;
  };
};
