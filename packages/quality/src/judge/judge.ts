import { CaudalError, type Column, type Finding, type Host, type Json, nothing, type RuleOutput } from '@caudal/core';
import type { CounterAccess } from '../rules/counter.ts';
import { bind, type BoundRole, type BoundUse, increasesOf } from './bind.ts';
import {
  type ChangedFlags,
  type Judge,
  type JudgeOutput,
  type JudgeSettings,
  type Samples,
  type Settled,
  stages,
} from './contract.ts';
import { expand } from './expand.ts';
import { contentHash } from './hash.ts';
import { History } from './history.ts';
import { type Rows, seen } from './rows.ts';
import { Output } from './say.ts';
import { Totals } from './totals.ts';

/** Rows that may wait for a series that is silent; then the rule goes on without it. */
const mostWaiting = 10_000;

/** Said of the time around a value, not of the value: rules after it still look at the value. */
const notOfTheValue = new Set(['TIME_GAP', 'TIME_DUPLICATE_CONFLICT']);

const immediate = new Set(['time', 'missing', 'range']);

/** One chunk of one series, with the flags that rules after the first stages see. */
interface Chunk {
  readonly column: Column;
  readonly visible: Uint8Array;
}

const emptyColumn: Column = { length: 0, time: new Float64Array(), value: new Float64Array(), flag: new Uint8Array() };

class PointJudge implements Judge {
  readonly rulesHash: string;
  readonly uses: Judge['uses'];
  readonly #uses: readonly BoundUse[];
  readonly #series: readonly string[];
  readonly #histories: Readonly<Record<string, History>>;
  readonly #totals: Readonly<Record<string, Totals>>;
  readonly #counters: Readonly<Record<string, BoundUse>>;
  readonly #historyMs: number;
  readonly #historySamples: number;
  #last: Record<string, number> = {};
  #advancedTo = -Infinity;
  /** By use and role: since which sample a rule has failed without a break. */
  #failing: Record<string, Record<string, number>> = {};

  constructor(settings: JudgeSettings, host?: Host) {
    const bound = expand(settings.rules, settings.series).map((use) => bind(use, settings.series, host));
    const ids = new Set<string>();
    for (const { id } of bound) {
      if (ids.has(id)) throw new CaudalError('config', `two uses of rules have the id "${id}"`, { sent: 'no' });
      ids.add(id);
    }
    const rank = (use: BoundUse) => stages.indexOf(use.stage);
    this.#uses = bound.toSorted((a, b) => rank(a) - rank(b));
    this.#series = Object.keys(settings.series);
    this.#historyMs = settings.historyMs ?? 26 * 3_600_000;
    this.#historySamples = settings.historySamples ?? 20_000;
    const judged = new Set(bound.flatMap(({ roles }) => roles.map(({ series }) => series)));
    this.#histories = Object.fromEntries(this.#series.map((name) => [name, new History(judged.has(name))]));
    const counters: Record<string, BoundUse> = {};
    for (const use of this.#uses) {
      const [role] = use.roles;
      if (use.stage !== 'counter' || role === undefined || increasesOf(use.run) === undefined) continue;
      if (counters[role.series] !== undefined) {
        throw new CaudalError('config', `two counters for the series "${role.series}"`, { sent: 'no' });
      }
      counters[role.series] = use;
    }
    this.#counters = counters;
    this.#totals = Object.fromEntries(Object.keys(counters).map((name) => [name, new Totals()]));
    this.uses = this.#uses.map(({ id, definition, stage }) => ({
      id,
      ruleId: definition.id,
      ruleVersion: definition.version,
      stage,
    }));
    this.rulesHash = contentHash({
      series: settings.series,
      uses: this.#uses.map(({ id, definition, stage, params, roles }) => ({
        id,
        rule: definition.id,
        version: definition.version,
        stage,
        params,
        roles: roles.map(({ role, series }) => [role, series]),
      })),
    });
  }

  push(samples: Readonly<Record<string, Samples | undefined>>, receivedAt?: number): JudgeOutput {
    const chunks: Record<string, Chunk> = {};
    for (const [name, given] of Object.entries(samples)) {
      if (given === undefined) continue;
      const chunk = this.#chunk(name, given, receivedAt);
      if (given.length > 0) chunks[name] = chunk;
    }
    for (const [name, { column }] of Object.entries(chunks)) {
      this.#histories[name]?.append(column.time, column.value, column.length);
      this.#last[name] = column.time[column.length - 1] as number;
    }
    return this.#process(chunks, undefined);
  }

  advance(to: number): JudgeOutput {
    if (to > this.#advancedTo) this.#advancedTo = to;
    return this.#process({}, to);
  }

  #chunk(name: string, given: Samples, receivedAt: number | undefined): Chunk {
    const { length } = given;
    if (this.#histories[name] === undefined) {
      throw new CaudalError('invalid-data', `there is no series "${name}" at this point`, {
        scope: 'item',
        sent: 'no',
      });
    }
    let before = this.#last[name] ?? -Infinity;
    const visible = new Uint8Array(length);
    for (let index = 0; index < length; index += 1) {
      const at = given.time[index] as number;
      if (!(at > before)) {
        throw new CaudalError('invalid-data', `${name}: a sample is not later than the one before it`, {
          scope: 'item',
          sent: 'no',
          detail: `sample ${index} at ${at}, before it ${before}`,
        });
      }
      before = at;
      visible[index] = Number.isFinite(given.value[index]) ? 1 : 9;
    }
    const arrivals =
      given.receivedAt ?? (receivedAt === undefined ? undefined : new Float64Array(length).fill(receivedAt));
    const column: Column = {
      length,
      time: given.time.subarray(0, length),
      value: given.value.subarray(0, length),
      flag: visible,
      ...(arrivals === undefined ? {} : { receivedAt: arrivals }),
      ...(given.conflict === undefined ? {} : { conflict: given.conflict }),
    };
    return { column, visible };
  }

  #process(chunks: Readonly<Record<string, Chunk>>, to: number | undefined): JudgeOutput {
    const output = new Output(this.#histories);
    const settled: Record<string, Settled> = {};
    /** What rules after the counter get now, by series. */
    const released: Record<string, Column | undefined> = {};
    for (const use of this.#uses) if (immediate.has(use.stage)) this.#judgeChunk(use, chunks, to, output);
    for (const name of this.#series) released[name] = this.#count(name, chunks[name]?.column, to, output, settled);
    const frontier = Object.fromEntries(this.#series.map((name) => [name, this.#frontier(name)]));
    const arrived = Object.fromEntries(this.#series.map((name) => [name, chunks[name]?.column]));
    const complete = Object.fromEntries(this.#series.map((name) => [name, this.#complete(name)]));
    for (const use of this.#uses) {
      if (immediate.has(use.stage) || this.#isCounter(use)) continue;
      // A rule beside the counter sees what the counter sees, and does not wait for what it decides.
      const [columns, until] = use.stage === 'counter' ? [arrived, complete] : [released, frontier];
      if (use.roles.length === 1) this.#judgeOne(use, columns, until, to, output);
      else this.#judgeSeveral(use, columns, until, to, output);
    }
    for (const [name, { rows }] of Object.entries(this.#totals))
      rows.drop(rows.before(this.#pendingFrom(name) ?? Infinity));
    return this.#finish(chunks, output, settled);
  }

  #isCounter(use: BoundUse): boolean {
    const name = use.roles[0]?.series;
    return name !== undefined && this.#counters[name] === use;
  }

  /** A rule on the samples as they arrive; what it says is seen by the rules after it. */
  #judgeChunk(use: BoundUse, chunks: Readonly<Record<string, Chunk>>, to: number | undefined, output: Output): void {
    const [role] = use.roles;
    if (role === undefined) return;
    const chunk = chunks[role.series];
    if (chunk !== undefined) {
      const said = this.#run(use, [[role, chunk.column]], output);
      this.#see(chunk, said.findings, use);
    }
    if (to !== undefined) this.#advance(use, to, output);
  }

  #see({ column, visible }: Chunk, findings: readonly Finding[], use: BoundUse): void {
    for (const { from, to, flag, code } of findings) {
      if (flag < 3 || notOfTheValue.has(code) || use.definition.codes[code]?.about === 'event') continue;
      let [low, high] = [0, column.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((column.time[middle] as number) < from) low = middle + 1;
        else high = middle;
      }
      for (; low < column.length && (column.time[low] as number) <= to; low += 1) {
        visible[low] = Math.max(visible[low] as number, flag);
      }
    }
  }

  /** Lets the counter look at a total, and returns the samples whose increase is settled. */
  #count(
    name: string,
    column: Column | undefined,
    to: number | undefined,
    output: Output,
    settled: Record<string, Settled>,
  ): Column | undefined {
    const use = this.#counters[name];
    const totals = this.#totals[name];
    const role = use?.roles[0];
    if (use === undefined || totals === undefined || role === undefined) return column;
    if (column !== undefined) totals.append(column);
    const parts: Settled[] = [];
    const collect = () => {
      const access = increasesOf(use.run) as CounterAccess;
      const { length, time, increase, flag, revoked } = access.take();
      if (length > 0 || revoked.length > 0) {
        parts.push({ time: time.slice(0, length), increase: increase.slice(0, length), revoked });
      }
      totals.settle(length, time, increase, flag);
    };
    if (column !== undefined) {
      this.#run(use, [[role, column]], output);
      collect();
    }
    if (to !== undefined) {
      this.#advance(use, to, output);
      collect();
    }
    const [first, second] = parts;
    if (first !== undefined) {
      settled[name] =
        second === undefined
          ? first
          : {
              time: Float64Array.from([...first.time, ...second.time]),
              increase: Float64Array.from([...first.increase, ...second.increase]),
              revoked: [...first.revoked, ...second.revoked],
            };
    }
    return totals.rows.view(totals.rows.before(this.#pendingFrom(name) ?? Infinity));
  }

  #pendingFrom(name: string): number | undefined {
    const use = this.#counters[name];
    return use === undefined ? undefined : increasesOf(use.run)?.pendingFrom;
  }

  /** Before this instant nothing of the series can change or come any more. */
  #frontier(name: string): number {
    return Math.min(this.#complete(name), this.#pendingFrom(name) ?? Infinity);
  }

  /** Before this instant every sample of the series is in. */
  #complete(name: string): number {
    return Math.max((this.#last[name] ?? -Infinity) + 1, this.#advancedTo);
  }

  #judgeOne(
    use: BoundUse,
    released: Readonly<Record<string, Column | undefined>>,
    frontier: Readonly<Record<string, number>>,
    to: number | undefined,
    output: Output,
  ): void {
    const [role] = use.roles;
    if (role === undefined) return;
    const column = released[role.series];
    if (column !== undefined && column.length > 0) this.#run(use, [[role, column]], output);
    if (to !== undefined) this.#advance(use, Math.min(to, frontier[role.series] ?? to), output);
  }

  /** A rule on several series gets each as far as all of them have come. */
  #judgeSeveral(
    use: BoundUse,
    released: Readonly<Record<string, Column | undefined>>,
    frontier: Readonly<Record<string, number>>,
    to: number | undefined,
    output: Output,
  ): void {
    let bound = Infinity;
    for (const { series, rows } of use.roles) {
      const column = released[series];
      if (column !== undefined && column.length > 0) rows.append(column);
      bound = Math.min(bound, frontier[series] ?? Infinity);
    }
    for (const { rows } of use.roles) {
      if (rows.length > mostWaiting) bound = Math.max(bound, rows.time[rows.length - mostWaiting] as number);
    }
    const columns = use.roles.map((role): [BoundRole, Column] => [role, role.rows.view(role.rows.before(bound))]);
    if (columns.some(([, { length }]) => length > 0)) this.#run(use, columns, output);
    for (const [{ rows }, { length }] of columns) rows.drop(length);
    if (to !== undefined) this.#advance(use, Math.min(to, bound), output);
  }

  #run(use: BoundUse, columns: readonly (readonly [BoundRole, Column])[], output: Output): RuleOutput {
    const visible = columns.map(([role, column]) => [role.role, converted(role, seen(column, use.sees))] as const);
    return this.#guard(use, output, columns, () => use.run.push(Object.fromEntries(visible)));
  }

  #advance(use: BoundUse, to: number, output: Output): RuleOutput {
    const columns = use.roles.map((role) => [role, emptyColumn] as const);
    return this.#guard(use, output, columns, () => use.run.advance(to));
  }

  #guard(
    use: BoundUse,
    output: Output,
    columns: readonly (readonly [BoundRole, Column])[],
    call: () => RuleOutput,
  ): RuleOutput {
    try {
      const said = call();
      output.add(use, said);
      if (columns.some(([, { length }]) => length > 0)) delete this.#failing[use.id];
      return said;
    } catch (thrown) {
      const since = (this.#failing[use.id] ??= {});
      const spans = columns.flatMap(([{ role, series }, { time, length }]) => {
        const to = length > 0 ? time[length - 1] : this.#last[series];
        if (to === undefined) return [];
        const from = (since[role] ??= length > 0 ? (time[0] as number) : to);
        return [{ role, from, to }];
      });
      output.failed(use, spans, thrown);
      reopen(use);
      return nothing;
    }
  }

  #finish(chunks: Readonly<Record<string, Chunk>>, output: Output, settled: Record<string, Settled>): JudgeOutput {
    const flags: Record<string, Uint8Array> = {};
    const changed: Record<string, ChangedFlags> = {};
    const provisionalFrom: Record<string, number> = {};
    for (const name of this.#series) {
      const finished = this.#histories[name]?.finish(this.#historyMs, this.#historySamples);
      if (finished === undefined) continue;
      if (chunks[name] !== undefined) flags[name] = finished.flags;
      if (finished.changed !== undefined) changed[name] = finished.changed;
      const pending = this.#pendingFrom(name);
      if (pending !== undefined) provisionalFrom[name] = pending;
    }
    return {
      flags,
      findings: [...output.findings.values()],
      corrections: [...output.corrections.values()],
      withdrawn: [...output.withdrawn],
      changed,
      settled,
      provisionalFrom,
    };
  }

  save(): Json {
    const of = <T, R>(record: Readonly<Record<string, T>>, map: (item: T) => R) =>
      Object.fromEntries(Object.entries(record).map(([name, item]) => [name, map(item)]));
    return {
      rulesHash: this.rulesHash,
      last: { ...this.#last },
      advancedTo: Number.isFinite(this.#advancedTo) ? this.#advancedTo : String(this.#advancedTo),
      histories: of(this.#histories, (history) => history.save()),
      totals: of(this.#totals, ({ rows }) => rows.save()),
      failing: structuredClone(this.#failing),
      uses: Object.fromEntries(
        this.#uses.map((use) => [
          use.id,
          { run: savedRun(use), rows: use.roles.map(({ rows }) => (rows.length === 0 ? null : rows.save())) },
        ]),
      ),
    };
  }

  load(state: Json): void {
    const saved = state as unknown as Saved;
    if (saved.rulesHash !== this.rulesHash) {
      throw new CaudalError(
        'config',
        'the state was saved under other rules or parameters: judge again from an earlier instant',
        {
          sent: 'no',
          detail: `saved ${saved.rulesHash}, now ${this.rulesHash}`,
        },
      );
    }
    this.#last = { ...saved.last };
    this.#advancedTo = Number(saved.advancedTo);
    this.#failing = structuredClone(saved.failing);
    for (const [name, history] of Object.entries(saved.histories)) this.#histories[name]?.load(history);
    for (const [name, rows] of Object.entries(saved.totals)) this.#totals[name]?.rows.load(rows);
    for (const use of this.#uses) {
      const own = saved.uses[use.id];
      if (own === undefined) continue;
      use.run = use.open();
      if (own.run !== null) use.run.load(own.run[0]);
      for (const [index, role] of use.roles.entries()) {
        const rows = own.rows[index];
        if (rows === null || rows === undefined) role.rows.drop(role.rows.length);
        else role.rows.load(rows);
      }
    }
  }
}

interface Saved {
  readonly rulesHash: string;
  readonly last: Record<string, number>;
  readonly advancedTo: number | string;
  readonly histories: Record<string, ReturnType<History['save']>>;
  readonly totals: Record<string, ReturnType<Rows['save']>>;
  readonly failing: Record<string, Record<string, number>>;
  readonly uses: Record<
    string,
    { readonly run: readonly [Json] | null; readonly rows: readonly (ReturnType<Rows['save']> | null)[] }
  >;
}

/** A fresh run after one that threw. Where even that fails, the broken one stays and fails again, as it is said. */
const reopen = (use: BoundUse): void => {
  try {
    use.run = use.open();
  } catch {
    // Said already: the failure that led here is a finding.
  }
};

/** Null where the rule can not save: it starts fresh, and what the other rules know is kept. */
const savedRun = (use: BoundUse): readonly [Json] | null => {
  try {
    return [use.run.save()];
  } catch {
    return null;
  }
};

const converted = (role: BoundRole, column: Column): Column => {
  const { convert } = role;
  if (convert === undefined) return column;
  const zero = convert(0);
  return {
    ...column,
    value: column.value.map(convert),
    ...(column.increase === undefined ? {} : { increase: column.increase.map((step) => convert(step) - zero) }),
  };
};

/**
 * Opens the judge of one point: all its series, all its rules, in the order time, missing, range, counter, pair, window, cross.
 *
 * @throws CaudalError `config` for rules that do not fit the series or parameters that do not fit the rules
 */
export const openJudge = (settings: JudgeSettings, host?: Host): Judge => new PointJudge(settings, host);
