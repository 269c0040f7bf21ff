import type { Chart as ChartColumns, Correction } from '@caudal/client';
import type { ChartData, Line } from '../../parts/chart.tsx';
import { text } from '../../text.ts';

/** What is drawn of a flag; good and not judged together are the line. */
const flagged = [
  { flags: [3], word: 'flag.3', colour: '--suspect' },
  { flags: [4], word: 'flag.4', colour: '--fail' },
] as const;

/**
 * Columns of the API as lines: the mean of what is good, with its extremes where a span holds more than one value, and suspect and
 * failed values as points of their own.
 */
export const linesOf = (columns: ChartColumns, label: string, colour: string): ChartData => {
  const time = [...new Set(columns.at)].toSorted((a, b) => a - b);
  const place = new Map(time.map((at, index) => [at, index]));
  const many = columns.count.some((count) => count > 1);
  const line = (flags: readonly number[], of: readonly (number | null)[]) => {
    const values: (number | null)[] = Array.from(time, () => null);
    for (const [row, at] of columns.at.entries())
      if (flags.includes(columns.flag[row] as number)) values[place.get(at) as number] = of[row] ?? null;
    return values;
  };
  const base = { unit: columns.unit, colour };
  const lines: Line[] = [{ ...base, label, values: line([1, 2], columns.mean) }];
  if (many)
    lines.push(
      { ...base, label: text('chart.min'), values: line([1, 2], columns.min), faint: true },
      { ...base, label: text('chart.max'), values: line([1, 2], columns.max), faint: true },
    );
  for (const { flags, word, colour: own } of flagged) {
    const values = line(flags, columns.mean);
    if (values.some((value) => value !== null))
      lines.push({ unit: columns.unit, label: text(word), colour: own, values, points: true });
  }
  return { time, lines };
};

/** Spans that are shown otherwise than read, to be shaded. */
export const shadesOf = (corrections: readonly Correction[]) =>
  corrections
    .filter(({ state }) => state === 'applied')
    .map(({ from, to }) => ({
      from: from === null ? -Infinity : Date.parse(from),
      to: to === null ? Infinity : Date.parse(to),
    }));
