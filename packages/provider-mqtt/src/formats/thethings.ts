import { isJsonObject, parseSpelledJson } from '@caudal/core';
import { own, textOf } from '../body.ts';
import type { Collector } from '../collector.ts';
import { nothingIn } from '../nothing.ts';
import { readTime } from '../times.ts';

/**
 * thethings.iO: `{"values":[{"key","value","datetime"}]}`, or the bare list. Times are UTC: ISO 8601, or `YYYYMMDDHHmmss`, which carries no
 * zone (thethings.iO's API reference).
 */
export const decodeThethings = (body: Uint8Array, out: Collector): void => {
  const parsed = parseSpelledJson(body);
  const values = Array.isArray(parsed) ? parsed : own(parsed, 'values');
  if (!Array.isArray(values)) return nothingIn('the payload is neither a list of values nor an object that has one');
  const root = Array.isArray(parsed) ? '' : '/values';
  for (const [index, item] of values.entries()) {
    const place = `${root}/${index}`;
    if (!isJsonObject(item)) out.problem('the value is not an object', place);
    else {
      const time = own(item, 'datetime');
      const compact = /^\d{8}T?\d{6}$/.test(textOf(time) ?? '');
      out.add(
        {
          variable: textOf(own(item, 'key')),
          value: own(item, 'value'),
          time: compact ? readTime(time, 'compact', 'Z') : readTime(time, 'iso', out.zone(out.device)),
        },
        place,
      );
    }
  }
};
