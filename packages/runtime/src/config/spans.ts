import { parseInstant } from '@caudal/core';
import { say } from './mistake-words.ts';
import type { Steps } from './property-path.ts';
import type { Place, Report } from './report.ts';

/** A half-open span of UTC milliseconds; open ends are infinite. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const instant = (report: Report, place: Place, inside: Steps, text: string | undefined, open: number) => {
  if (text === undefined) return open;
  const at = parseInstant(text);
  if (at !== undefined) return at;
  report.error(place, inside, say('no-instant'));
  return open;
};

/** Reads two instants of an item, says which do not exist and whether the span ends before it begins. */
export const checkSpan = (
  report: Report,
  place: Place,
  [fromKey, fromText]: readonly [string, string | undefined],
  [toKey, toText]: readonly [string, string | undefined],
): Span => {
  const from = instant(report, place, [fromKey], fromText, -Infinity);
  const to = instant(report, place, [toKey], toText, Infinity);
  if (from >= to) report.error(place, [toKey], say('later-than', { than: fromKey }));
  return { from, to };
};

/** Pairs of spans that overlap, each as [the one written earlier, the one written later]. At most one pair for each later one. */
export const overlaps = <T extends Span>(spans: readonly T[]): [T, T][] => {
  const order = new Map(spans.map((span, index) => [span, index]));
  const at = (span: T) => order.get(span) as number;
  const pairs: [T, T][] = [];
  let longest: T | undefined;
  for (const span of spans.toSorted((a, b) => a.from - b.from || at(a) - at(b))) {
    if (span.from >= span.to) continue;
    if (longest !== undefined && span.from < longest.to) {
      pairs.push(at(longest) < at(span) ? [longest, span] : [span, longest]);
    }
    if (longest === undefined || span.to > longest.to) longest = span;
  }
  return pairs;
};

/** Items by key, in the order in which keys appear. */
export const grouped = <T>(items: readonly T[], key: (item: T) => string): readonly T[][] => [
  ...Map.groupBy(items, key).values(),
];
