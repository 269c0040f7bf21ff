import type { AlertConditions, DataSchema, Point, SeriesLimits } from '@caudal/core';
import { conditionsAsked, isFor } from './alert-conditions.ts';
import { say } from './mistake-words.ts';
import type { Steps } from './property-path.ts';
import type { Item, World } from './world.ts';

/** Limits that say in short what a condition says in full. */
const short = { below: 'alertBelow', above: 'alertAbove' } as const satisfies Record<string, keyof SeriesLimits>;

const checkConditions = (
  { report }: World,
  item: Item<Point> | Item<DataSchema>,
  inside: Steps,
  { below, above }: AlertConditions,
) => {
  if (below !== undefined && above !== undefined && below.limit >= above.limit)
    report.error(item, [...inside, 'above', 'limit'], say('alerts-order'));
};

/** Conditions of series and of fields of schemas: each said once. */
export const checkAlerts = (world: World): void => {
  const { report, lists } = world;
  for (const point of lists.points)
    for (const [variable, { alerts, limits }] of Object.entries(point.value.series)) {
      if (alerts === undefined) continue;
      const inside: Steps = ['series', variable, 'alerts'];
      checkConditions(world, point, inside, alerts);
      for (const [when, limit] of Object.entries(short) as [keyof typeof short, (typeof short)[keyof typeof short]][])
        if (alerts[when] !== undefined && limits?.[limit] !== undefined)
          report.error(point, [...inside, when], say('alert-twice', { limit }));
    }
  const seen = new Map<string, string>();
  for (const item of lists.schemas) {
    const { value } = item;
    for (const [name, { expression, alerts }] of Object.entries(value.fields)) {
      if (alerts === undefined) continue;
      if (expression !== undefined) report.error(item, ['fields', name, 'alerts'], say('alert-of-calculated'));
      else checkConditions(world, item, ['fields', name, 'alerts'], alerts);
    }
    for (const { value: point } of lists.points) {
      if (!isFor(value, point.id, new Set(Object.keys(point.series)))) continue;
      for (const { field, variable, when } of conditionsAsked(value)) {
        const key = `${point.id}/${variable} ${when}`;
        const other = seen.get(key);
        if (other !== undefined && point.series[variable]?.alerts?.[when] === undefined)
          report.error(
            item,
            ['fields', field, 'alerts', when],
            say('alert-of-schema-twice', { schema: other, series: `${point.id}/${variable}` }),
          );
        seen.set(key, value.id);
      }
    }
  }
};
