import type { Now } from '../operate/now.ts';

const span = (ms: number): string => {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
};

const time = (instant: number) => new Date(instant).toISOString().slice(0, 19).concat('Z');
const counted = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
const rate = (perSecond: number) => `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};

/** What was done a second between two looks, by the counts of both. */
export const ratesOf = (before: Now, after: Now) => {
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  // A restart between two looks counts from zero.
  const perSecond = (from: number, to: number) => Math.max(0, to - from) / seconds;
  const earlier = new Map(before.providers.map((one) => [one.instance, one]));
  return {
    processed: perSecond(before.counted.processed, after.counted.processed),
    values: perSecond(before.counted.values, after.counted.values),
    ended: perSecond(before.counted.ended, after.counted.ended),
    notices: perSecond(before.counted.notices, after.counted.notices),
    providers: Object.fromEntries(
      after.providers.map(({ instance, stored, repeated, refused }) => {
        const was = earlier.get(instance);
        return [
          instance,
          {
            stored: perSecond(was?.stored ?? 0, stored),
            repeated: perSecond(was?.repeated ?? 0, repeated),
            refused: perSecond(was?.refused ?? 0, refused),
          },
        ];
      }),
    ),
  };
};

/** Two looks as a table for a terminal. */
export const topLines = (before: Now, after: Now): string[] => {
  const { at, providers, stages, open, failed, oldestDue, deadlines, owed } = after;
  const rates = ratesOf(before, after);
  const state = !after.runs ? 'NOTHING RUNS: what the last run left' : after.ready ? 'ready' : 'NOT READY';
  return [
    `${time(at)}  ${state}${after.disk === null ? '' : `  disk: ${after.disk}`}`,
    `raw ${after.pending} wait${after.lagMs === null ? '' : `, the oldest for ${span(after.lagMs)}`}; processed ${rate(rates.processed)}, values ${rate(rates.values)}`,
    `submissions ended ${rate(rates.ended)}; ${counted(open) || 'none open'}; notices ${rate(rates.notices)}; open alerts ${after.openAlerts}`,
    `failed so far: ${counted(failed) || 'none'}`,
    oldestDue === null
      ? 'nothing is due'
      : `oldest due: ${oldestDue.obligation} ${time(oldestDue.slot)}, ${span(at - oldestDue.slot)} ago`,
    ...(deadlines.length === 0 ? ['no deadline is near'] : []),
    ...deadlines.map(({ target, at: due, late }) =>
      due < at
        ? `${target}: LATE, ${late} obligations, the first since ${span(at - due)}`
        : `${target}: next deadline in ${span(due - at)}, ${time(due)}`,
    ),
    ...owed.map(
      ({ target, missing, next }) =>
        `${target}: ${missing === 0 ? 'no slot' : missing === 1 ? '1 slot' : `${missing} slots`} without a value; ${
          next === null ? 'nothing is owed next' : `next owed ${time(next.slot)}, ${next.obligation}`
        }`,
    ),
    '',
    ...table([
      ['stage', 'progress', 'expected', ''],
      ...stages.map(({ stage, lastAt, dueAt, stalled, lastError }) => [
        stage,
        `${span(at - lastAt)} ago`,
        dueAt < at ? 'now' : `in ${span(dueAt - at)}`,
        `${stalled ? 'STALLED' : 'ok'}${lastError === null ? '' : `: ${lastError}`}`,
      ]),
    ]),
    '',
    ...table([
      ['provider', 'stored', 'repeated', 'refused', 'devices', 'silent', 'streams', 'behind'],
      ...providers.map(({ instance, devices, silent, streams, newest }) => {
        const own = rates.providers[instance];
        return [
          instance,
          rate(own?.stored ?? 0),
          rate(own?.repeated ?? 0),
          rate(own?.refused ?? 0),
          String(devices),
          String(silent),
          String(streams),
          newest === null ? 'no data' : span(Math.max(0, at - newest)),
        ];
      }),
    ]),
  ];
};
