/** One number that the model rests on, where it comes from, and what it is measured in. */
interface Parameter {
  readonly value: number;
  readonly unit: string;
  readonly from: string;
}

const scale = '`npm run bench:scale`';
const pipeline = '`npm run bench:pipeline`';
const assumed = 'assumed; put in your own';

/** What the table is computed from. A new measurement goes here, then `npm run scale:model -- --write`. */
const parameters = {
  slotsPerHour: { value: 1, unit: 'slots of a point an hour', from: assumed },
  valuesPerHour: { value: 3, unit: 'values of a point an hour', from: assumed },
  readsPerHour: { value: 1, unit: 'requests to the vendor for a point an hour', from: assumed },
  callsPerSlot: {
    value: 2,
    unit: 'calls to the regulator a slot: the send and one read back',
    from: 'the DGA: one measurement a request',
  },
  callSeconds: { value: 1, unit: 's a call to the regulator takes', from: `${assumed}; the true one is unknown` },
  sendWindowMinutes: {
    value: 45,
    unit: 'min from a slot that may be taken to its deadline',
    from: 'the DGA’s hour less the 15 min of `waitMinutes`',
  },
  baseRssMb: { value: 290, unit: 'MB resident with few points', from: scale },
  heapKbPerPoint: { value: 8.5, unit: 'kB of heap a point', from: scale },
  startMsPerPoint: { value: 1.5, unit: 'ms of processor a point at a start', from: scale },
  idleMs: { value: 2.5, unit: 'ms of processor a point an hour, for looking when nothing is due', from: scale },
  readMs: { value: 1.6, unit: 'ms of processor a read', from: scale },
  valueMs: { value: 0.057, unit: 'ms of processor a value', from: pipeline },
  slotMs: { value: 3.7, unit: 'ms of processor a slot, without the socket', from: scale },
  slotKb: { value: 3.8, unit: 'kB in the database a slot with its three values', from: scale },
} as const satisfies Readonly<Record<string, Parameter>>;

type Name = keyof typeof parameters;

const sizes = [1_000, 10_000, 100_000, 1_000_000] as const;

const value = (name: Name): number => parameters[name].value;

const digits = (number: number): string =>
  Number(number.toPrecision(2)).toLocaleString('en-US', { maximumFractionDigits: 2 });

/** What each row says of a number of points. */
const rows: readonly { readonly title: string; readonly of: (points: number) => number }[] = [
  { title: 'values a second, mean', of: (points) => (points * value('valuesPerHour')) / 3_600 },
  {
    title: 'cores busy, mean',
    of: (points) =>
      (points *
        (value('idleMs') +
          value('readsPerHour') * value('readMs') +
          value('valuesPerHour') * value('valueMs') +
          value('slotsPerHour') * value('slotMs'))) /
      3_600_000,
  },
  {
    title: 'memory of an instance, GB',
    of: (points) => value('baseRssMb') / 1e3 + (points * value('heapKbPerPoint')) / 1e6,
  },
  { title: 'start, s of processor', of: (points) => (points * value('startMsPerPoint')) / 1e3 },
  {
    title: 'database growth, GB a year',
    of: (points) => (points * value('slotsPerHour') * 8_760 * value('slotKb')) / 1e6,
  },
  { title: 'vendor requests a second, mean', of: (points) => (points * value('readsPerHour')) / 3_600 },
  { title: 'regulator calls an hour', of: (points) => points * value('slotsPerHour') * value('callsPerSlot') },
  {
    title: '`comply.concurrency` to send before the deadline',
    of: (points) =>
      Math.ceil((points * value('slotsPerHour') * value('callSeconds')) / (60 * value('sendWindowMinutes'))),
  },
];

const table = (head: readonly string[], body: readonly (readonly string[])[]): string => {
  const all = [head, ...body];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] as string).length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
};

/** The two tables of docs/scale.md, as its formatter leaves them. */
export const modelText = (): string =>
  [
    table(
      ['parameter', 'value', 'unit', 'from'],
      Object.entries(parameters).map(([name, one]) => [name, String(one.value), one.unit, one.from]),
    ),
    table(
      ['points', ...sizes.map((points) => points.toLocaleString('en-US'))],
      rows.map(({ title, of }) => [title, ...sizes.map((points) => digits(of(points)))]),
    ),
  ].join('\n\n');

const [begin, end] = ['<!-- model -->', '<!-- /model -->'];

/** The page with its tables computed anew. */
export const withModel = (page: string): string => {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`the page has no ${begin} … ${end}`);
  return `${page.slice(0, before + begin.length)}\n\n${modelText()}\n\n${page.slice(after)}`;
};
