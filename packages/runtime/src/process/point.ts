import type { Json } from '@caudal/core';
import type { Judge, JudgeOutput, Samples } from '@caudal/quality';
import type { PointInfo } from '../config/domain.ts';
import type { StoreReads } from '../store/store.ts';
import type { Checkpoint, CorrectionRow, FindingRow, ValueRow } from '../store/rows.ts';
import { ByInstant } from './by-instant.ts';
import { choose, isConflict } from './choose.ts';

/** What one run changed at one point. */
export interface PointChange {
  readonly values: ValueRow[];
  readonly findings: FindingRow[];
  readonly corrections: CorrectionRow[];
  readonly withdrawn: { readonly point: string; readonly key: string }[];
  /** Set when the point was judged again: from which instant on. */
  readonly rejudgedFrom: number | undefined;
  readonly checkpoint: Checkpoint | undefined;
}

/** The judge of one point as it stands in memory. */
interface Standing {
  judge: Judge;
  /** Every sample at or before this instant has been pushed. */
  frontier: number;
  /** By series: samples from this instant on are provisional. */
  provisionalFrom: Readonly<Record<string, number>>;
}

const beginning = -8_640_000_000_000_000;
const pageRows = 20_000;
const arrivalsAtOnce = 500;

/** What a point asks the store for. */
export type PointReads = Pick<StoreReads, 'values' | 'valuesAt' | 'checkpointBefore' | 'rawList'>;

/** Judges the values of one point, in order of time whatever the order of arrival. */
export const createPointProcessor = (point: PointInfo, openJudge: () => Judge, read: PointReads) => {
  const seriesIds = point.series.map((one) => one.id);
  const nameOf = (series: string) => series.slice(point.id.length + 1);
  // Opening one takes milliseconds, so the one that tells the hash is the first to be used.
  let unused: Judge | undefined = openJudge();
  const rules = unused.rulesHash;
  let standing: Standing | undefined;

  const restore = (checkpoint: Checkpoint | null): Standing => {
    const judge = unused ?? openJudge();
    unused = undefined;
    if (checkpoint === null) return { judge, frontier: beginning, provisionalFrom: {} };
    const state = checkpoint.state as { judge: Json; provisionalFrom: Record<string, number> };
    judge.load(state.judge);
    return { judge, frontier: checkpoint.frontier, provisionalFrom: state.provisionalFrom };
  };

  /** Values after an instant, in pages that never split one instant. */
  async function* storedAfter(instant: number): AsyncGenerator<ValueRow[]> {
    let from = instant + 1;
    for (;;) {
      const page = [...(await read.values({ series: seriesIds, from, to: -beginning, limit: pageRows }))];
      if (page.length < pageRows) {
        yield page;
        return;
      }
      const last = (page.at(-1) as ValueRow).at;
      const whole = page.filter((row) => row.at < last);
      if (whole.length === 0) throw new Error(`more than ${pageRows} values at one instant of ${point.id}`);
      yield whole;
      from = last;
    }
  }

  /** The arrivals of this run, and those of the stored records behind other rows, as long as these are kept. */
  const arrivalsOf = async (rows: readonly ValueRow[], known: ReadonlyMap<string, number>) => {
    const asked = [...new Set(rows.map((row) => row.raw))].filter((id) => !known.has(id));
    if (asked.length === 0) return known;
    const all = new Map(known);
    for (let from = 0; from < asked.length; from += arrivalsAtOnce) {
      const ids = asked.slice(from, from + arrivalsAtOnce);
      for (const { id, receivedAt } of await read.rawList({ ids }, ids.length)) all.set(id, receivedAt);
    }
    return all;
  };

  const push = (
    current: Standing,
    rows: readonly ValueRow[],
    arrivals: ReadonlyMap<string, number>,
    change: MutableChange,
  ) => {
    if (rows.length === 0) return;
    const bySeries = Map.groupBy(rows, (row) => row.series);
    const samples: Record<string, Samples> = {};
    for (const [series, own] of bySeries) samples[nameOf(series)] = columns(own, arrivals);
    const output = current.judge.push(samples);
    for (const [series, own] of bySeries) {
      const flags = output.flags[nameOf(series)];
      own.forEach((row, index) =>
        change.rows.set(series, row.at, {
          ...row,
          flag: (flags?.[index] ?? row.flag) as ValueRow['flag'],
          status: 'final',
        }),
      );
    }
    take(current, output, change);
    current.frontier = rows.reduce((latest, row) => Math.max(latest, row.at), current.frontier);
  };

  const take = (current: Standing, output: JudgeOutput, change: MutableChange) => {
    for (const finding of output.findings) {
      const { ruleId, ruleVersion, paramsHash: _hash, ...rest } = finding;
      change.findings.set(`${ruleId} ${finding.key}`, {
        ...rest,
        point: point.id,
        series: `${point.id}/${finding.role}`,
        rule: ruleId,
        ruleVersion,
      });
    }
    for (const correction of output.corrections) {
      const { ruleId, ruleVersion, paramsHash: _hash, ...rest } = correction;
      change.corrections.set(correction.key, {
        ...rest,
        point: point.id,
        series: `${point.id}/${correction.role}`,
        rule: ruleId,
        ruleVersion,
      });
    }
    for (const withdrawn of output.withdrawn) {
      change.findings.forEach((finding, id) => finding.key === withdrawn && change.findings.delete(id));
      change.corrections.delete(withdrawn);
      change.withdrawn.add(withdrawn);
    }
    for (const [name, { time, flag }] of Object.entries(output.changed)) {
      const series = `${point.id}/${name}`;
      time.forEach((at, index) => change.flags.set(series, at, { series, at, flag: flag[index] as ValueRow['flag'] }));
    }
    for (const series of point.series) {
      const before = current.provisionalFrom[series.variable];
      const after = output.provisionalFrom[series.variable];
      if (before !== undefined && (after === undefined || after > before))
        change.settled.push({ series: series.id, from: before, to: after ?? Infinity });
      if (after !== undefined) change.provisional.push({ series: series.id, from: after });
    }
    current.provisionalFrom = output.provisionalFrom;
  };

  /** Brings in flags and states of values that an earlier run wrote. */
  const finish = async (current: Standing, change: MutableChange): Promise<ValueRow[]> => {
    const flags = change.flags.values();
    const elsewhere = flags.filter(({ series, at }) => !change.rows.has(series, at));
    const spans = new Map<string, { from: number; to: number }>();
    const widen = (series: string, from: number, to: number) => {
      const span = spans.get(series);
      spans.set(series, { from: Math.min(from, span?.from ?? from), to: Math.max(to, span?.to ?? to) });
    };
    for (const { series, at } of elsewhere) widen(series, at, at + 1);
    for (const { series, from, to } of change.settled) widen(series, from, Math.min(to, current.frontier + 1));
    for (const { series, from } of change.provisional) widen(series, from, current.frontier + 1);
    for (const [series, { from, to }] of spans) {
      for (const row of await read.values({ series: [series], from, to, limit: pageRows })) {
        if (!change.rows.has(series, row.at)) change.rows.set(series, row.at, { ...row, status: 'final' });
      }
    }
    for (const { series, at, flag } of flags) {
      const row = change.rows.get(series, at);
      if (row !== undefined) change.rows.set(series, at, { ...row, flag });
    }
    const rows = change.rows.values();
    if (Object.keys(current.provisionalFrom).length === 0) return rows;
    return rows.map((row) => {
      const from = current.provisionalFrom[nameOf(row.series)];
      return from !== undefined && row.at >= from ? { ...row, status: 'provisional' as const } : row;
    });
  };

  const result = async (
    current: Standing,
    change: MutableChange,
    rejudgedFrom: number | undefined,
  ): Promise<PointChange> => ({
    values: await finish(current, change),
    findings: [...change.findings.values()],
    corrections: [...change.corrections.values()],
    withdrawn: [...change.withdrawn].map((withdrawn) => ({ point: point.id, key: withdrawn })),
    rejudgedFrom,
    checkpoint: {
      point: point.id,
      frontier: current.frontier,
      rules,
      state: { judge: current.judge.save(), provisionalFrom: current.provisionalFrom } as Json,
    },
  });

  const standingNow = async () => (standing ??= restore(await read.checkpointBefore(point.id, Infinity, rules)));

  return {
    rules,
    /** Forget what is in memory: the transaction that would have kept it failed. */
    forget() {
      standing = undefined;
    },
    /**
     * Takes values in any order. What lies behind the frontier re-opens the point from the last saved state before it.
     *
     * @param arrivals arrival by raw record
     * @param from judge again from here even if nothing is new
     */
    async process(
      incoming: readonly ValueRow[],
      arrivals: ReadonlyMap<string, number>,
      from = Infinity,
    ): Promise<PointChange | undefined> {
      const current = await standingNow();
      const merged = new ByInstant<ValueRow>();
      for (const row of incoming) merged.set(row.series, row.at, choose(merged.get(row.series, row.at), row));
      const late = merged.values().filter((row) => row.at <= current.frontier);
      let earliest = Math.min(from, Infinity);
      if (late.length > 0) {
        const known = await read.valuesAt(late.map(({ series, at }) => ({ series, from: at, to: at })));
        late.forEach((row, index) => {
          const before = known[index] ?? undefined;
          const after = choose(before, row);
          if (before !== undefined && sameValue(before, after)) merged.delete(row.series, row.at);
          else {
            merged.set(row.series, row.at, after);
            earliest = Math.min(earliest, row.at);
          }
        });
      }
      if (merged.empty && earliest === Infinity) return undefined;
      const change = emptyChange();
      if (earliest > current.frontier) {
        push(current, inTime(merged.values()), arrivals, change);
        return result(current, change, undefined);
      }
      const checkpoint = await read.checkpointBefore(point.id, earliest, rules);
      const again = restore(checkpoint);
      const rejudgedFrom = again.frontier === beginning ? beginning : again.frontier + 1;
      for await (const page of storedAfter(again.frontier)) {
        const upTo = page.at(-1)?.at ?? Infinity;
        const rows = new ByInstant<ValueRow>();
        for (const row of page) rows.set(row.series, row.at, row);
        for (const row of merged.values()) {
          if (row.at > upTo) continue;
          rows.set(row.series, row.at, row);
          merged.delete(row.series, row.at);
        }
        const whole = inTime(rows.values());
        push(again, whole, await arrivalsOf(whole, arrivals), change);
      }
      push(again, inTime(merged.values()), arrivals, change);
      standing = again;
      return result(again, change, rejudgedFrom);
    },
    /** Tells the judge that everything before `to` is in. */
    async advance(to: number): Promise<PointChange | undefined> {
      const current = await standingNow();
      if (to <= current.frontier + 1) return undefined;
      const change = emptyChange();
      const output = current.judge.advance(to);
      current.frontier = to - 1;
      take(current, output, change);
      if (
        change.findings.size + change.corrections.size + change.withdrawn.size + change.settled.length === 0 &&
        change.flags.empty
      )
        return undefined;
      return result(current, change, undefined);
    },
  };
};

export type PointProcessor = ReturnType<typeof createPointProcessor>;

interface MutableChange {
  readonly rows: ByInstant<ValueRow>;
  readonly flags: ByInstant<Pick<ValueRow, 'series' | 'at' | 'flag'>>;
  readonly findings: Map<string, FindingRow>;
  readonly corrections: Map<string, CorrectionRow>;
  readonly withdrawn: Set<string>;
  /** Spans that were provisional and are final now. */
  readonly settled: { readonly series: string; readonly from: number; readonly to: number }[];
  readonly provisional: { readonly series: string; readonly from: number }[];
}

const emptyChange = (): MutableChange => ({
  rows: new ByInstant(),
  flags: new ByInstant(),
  findings: new Map(),
  corrections: new Map(),
  withdrawn: new Set(),
  settled: [],
  provisional: [],
});

const inTime = (rows: ValueRow[]): ValueRow[] => rows.toSorted((a, b) => a.at - b.at);

const sameValue = (a: ValueRow, b: ValueRow) =>
  a.value === b.value &&
  a.text === b.text &&
  a.raw === b.raw &&
  a.codes.length === b.codes.length &&
  a.basis === b.basis;

/** Arrival is judged against the instant; of a value whose record is no longer kept the arrival is taken as in time. */
const columns = (rows: readonly ValueRow[], arrivals: ReadonlyMap<string, number>): Samples => {
  const length = rows.length;
  const time = new Float64Array(length);
  const value = new Float64Array(length);
  const receivedAt = new Float64Array(length);
  let conflict: Uint8Array | undefined;
  rows.forEach((row, index) => {
    time[index] = row.at;
    value[index] = row.value ?? Number.NaN;
    receivedAt[index] = arrivals.get(row.raw) ?? row.at;
    if (isConflict(row)) (conflict ??= new Uint8Array(length))[index] = 1;
  });
  return { length, time, value, receivedAt, ...(conflict === undefined ? {} : { conflict }) };
};
