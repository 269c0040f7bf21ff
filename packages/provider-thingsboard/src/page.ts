import { CaudalError, type Json, type Window, isJsonObject } from '@caudal/core';
import type { Telemetry } from './answers.ts';
import { epochOf } from './body.ts';

/** Keys that go on together: what is left of their window, and how many samples of each to ask for. */
export interface Span extends Window {
  readonly keys: readonly string[];
  readonly limit: number;
}

const isSpan = (span: Json): boolean =>
  isJsonObject(span) &&
  Array.isArray(span['keys']) &&
  span['keys'].length > 0 &&
  span['keys'].every((key) => typeof key === 'string') &&
  ['from', 'to', 'limit'].every((name) => Number.isSafeInteger(span[name]));

/**
 * The spans of a page as it was handed out: the first is asked for next.
 * @throws CaudalError kind `bug` for anything else
 */
export const readPage = (page: Json | undefined): readonly Span[] | undefined => {
  if (page === undefined) return undefined;
  const spans = isJsonObject(page) ? page['spans'] : undefined;
  if (!Array.isArray(spans) || spans.length === 0 || !spans.every(isSpan))
    throw new CaudalError('bug', 'the page was not handed out by this provider', { sent: 'no' });
  return spans;
};

/** Instants of a key's samples inside the span, in the order of the answer. What has no readable time says nothing of the order. */
const instantsOf = (samples: readonly unknown[], { from, to }: Window): number[] =>
  samples
    .map((sample) => (isJsonObject(sample) ? epochOf(sample['ts']) : undefined))
    .filter((at) => at !== undefined && at >= from && at < to) as number[];

type Order = 'ascending' | 'descending' | 'unknown';

/** The order an answer really has, whatever was asked for. One instant alone has none. */
const orderOf = (instants: readonly number[]): Order => {
  const [first = 0] = instants;
  const last = instants.at(-1) ?? 0;
  const follows = (right: (before: number, after: number) => boolean) =>
    instants.every((at, index) => index === 0 || right(instants[index - 1] ?? at, at));
  if (first < last && follows((before, after) => before <= after)) return 'ascending';
  if (first > last && follows((before, after) => before >= after)) return 'descending';
  return 'unknown';
};

const refuseEndless = (span: Span): never => {
  throw new CaudalError(
    'invalid-data',
    `${span.limit} samples of one key have one instant or no order, so the window can not be read in pages`,
    { scope: 'device', detail: `keys ${span.keys.join()} between ${span.from} and ${span.to}` },
  );
};

/**
 * What remains of a span after its answer. The limit counts for each key, so only keys that came full go on, in the direction in
 * which their samples came: from the last instant up, or from the first one down. That instant is read again, because another
 * sample may have it: samples come twice rather than never. A full answer without an order (all at one instant) is asked for
 * again with twice the limit. So every step makes a span smaller or its limit larger, and paging ends.
 *
 * @throws CaudalError kind `invalid-data` when `maxLimit` samples still have one instant or no order
 */
export const remaining = (span: Span, telemetry: Telemetry, maxLimit: number): readonly Span[] => {
  const full = span.keys.filter((key) => (telemetry[key]?.length ?? 0) >= span.limit);
  const byOrder: Record<Order, { key: string; edge: number }[]> = { ascending: [], descending: [], unknown: [] };
  for (const key of full) {
    const instants = instantsOf(telemetry[key] ?? [], span);
    byOrder[orderOf(instants)].push({ key, edge: instants.at(-1) ?? 0 });
  }
  const { ascending, descending, unknown } = byOrder;
  const spans: Span[] = [];
  if (ascending.length > 0) {
    const from = Math.min(...ascending.map(({ edge }) => edge));
    spans.push({ ...span, keys: ascending.map(({ key }) => key), from });
  }
  if (descending.length > 0) {
    const to = Math.max(...descending.map(({ edge }) => edge)) + 1;
    spans.push({ ...span, keys: descending.map(({ key }) => key), to });
  }
  if (unknown.length > 0) {
    if (span.limit >= maxLimit) refuseEndless(span);
    spans.push({ ...span, keys: unknown.map(({ key }) => key), limit: Math.min(span.limit * 2, maxLimit) });
  }
  return spans;
};
