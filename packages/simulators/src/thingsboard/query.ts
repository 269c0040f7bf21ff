import type { StoredSample, Telemetry } from './telemetry.ts';
import { written } from './telemetry.ts';

/** In which order a range comes: as it was asked for, or always one way, as servers do that do not know the parameter. */
export type RangeOrder = 'as-asked' | 'ascending' | 'descending';

/** What latest says of a key that never reported: ThingsBoard's SQL storage writes now and null, others leave it out. */
export type NeverReported = 'now-and-null' | 'absent' | 'empty';

export interface QueryRules {
  readonly dialect: 'native' | 'gateway';
  readonly order: RangeOrder;
  readonly neverReported: NeverReported;
  /** Most samples of a key that are given, whatever was asked. */
  readonly maxLimit: number;
}

const whole = (text: string | null): number | undefined =>
  text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;

const ascendingAsked = (query: URLSearchParams, dialect: QueryRules['dialect']): boolean =>
  dialect === 'gateway' ? query.get('asc') === 'true' : query.get('orderBy') === 'ASC';

/**
 * `GET …/values/timeseries` of TelemetryController: `startTs` and `endTs` together are a range, its end excluded, `limit` for each
 * key (100), newest first unless asked otherwise. Without them the newest sample of each key.
 *
 * @returns the answer, or what is wrong with the request as text
 */
export const queryTelemetry = (
  telemetry: Telemetry,
  query: URLSearchParams,
  rules: QueryRules,
  now: number,
): Record<string, { ts: number; value: unknown }[]> | string => {
  const keys = query.get('keys') === null ? [...telemetry.keys] : (query.get('keys') ?? '').split(',');
  if (keys.includes('')) return 'Incorrect keys';
  const strict = query.get('useStrictDataTypes') === 'true';
  const write = ({ ts, value }: StoredSample) => ({ ts, value: written(value, strict) });
  const answer: Record<string, { ts: number; value: unknown }[]> = {};

  if (query.get('startTs') === null && query.get('endTs') === null) {
    for (const key of keys) {
      const newest = telemetry.of(key, now).at(-1);
      if (newest !== undefined) answer[key] = [write(newest)];
      else if (rules.neverReported === 'now-and-null') answer[key] = [{ ts: now, value: null }];
      else if (rules.neverReported === 'empty') answer[key] = [];
    }
    return answer;
  }

  const [from, to] = [whole(query.get('startTs')), whole(query.get('endTs'))];
  if (from === undefined || to === undefined) return 'startTs and endTs must be numbers and come together';
  if (to < from) return 'Invalid interval: startTs is after endTs';
  if (query.get('keys') === null) return "Required request parameter 'keys' is not present";
  const limit = query.get('limit') === null ? 100 : whole(query.get('limit'));
  if (limit === undefined || limit < 1) return 'Incorrect TsKvQuery. Limit must be positive';
  const order = query.get('orderBy');
  if (order !== null && order !== 'ASC' && order !== 'DESC') return 'Incorrect orderBy';
  if ((query.get('agg') ?? 'NONE') !== 'NONE') return 'aggregation is not simulated';
  const ascending = rules.order === 'as-asked' ? ascendingAsked(query, rules.dialect) : rules.order === 'ascending';
  for (const key of keys) {
    const inside = telemetry.of(key, now).filter(({ ts }) => ts >= from && ts < to);
    const ordered = ascending ? inside : inside.toReversed();
    if (ordered.length > 0) answer[key] = ordered.slice(0, Math.min(limit, rules.maxLimit)).map(write);
  }
  return answer;
};
