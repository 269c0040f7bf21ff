import { Flag, type Json } from '@caudal/core';
import { Report } from '../rules/report.ts';
import { classify, fitsLine, slipFactor, stepsAreScaled } from './classify.ts';
import { float32From, float32Precision } from './float32.ts';
import { commonStep, type Grid, gridOf } from './grid.ts';
import { type Register, registersOf } from './register.ts';
import * as say from './say.ts';
import type { CounterSettings } from './settings.ts';
import { type CounterState, freshState, type OldLine, type Run } from './state.ts';

const sixHours = 21_600_000;
const offGridTolerance = 0.01;
const largestCount = Number.MAX_SAFE_INTEGER;
const mostOldLines = 3;
/** Departures that one return can undo; after more of them the oldest line is given up. */
const mostUndone = 32;
/** So many readings in a row that a float32 can hold, where a double need not be one, are no accident. */
const float32Proof = 16;

/** Increases decided since the last {@link CounterEngine.take}, in order of decision. */
export interface Increases {
  readonly length: number;
  readonly time: Float64Array;
  /** Unit of the series. */
  readonly increase: Float64Array;
  /**
   * What each reading was decided to be, as a flag. A later revocation does not change it, so that whoever acts on the decision
   * acts the same in batch and in stream.
   */
  readonly flag: Uint8Array;
  /** Spans whose increases turned out to be none. */
  readonly revoked: readonly { readonly from: number; readonly to: number }[];
}

/**
 * The counter: a state machine over the readings of one register in order of time. It decides what each reading adds, and
 * says so of everything that is not plain growth. Batch and stream are the same calls. Readings without a value are passed
 * over. Nothing is decided on one bad reading: a drop or a jump waits in a queue for `confirm` readings.
 */
export class CounterEngine {
  readonly grid: Grid;
  readonly #registers: readonly Register[];
  readonly #confirm: number;
  readonly #confirmWithin: number;
  readonly #onJump: 'exclude' | 'count' | 'estimate';
  readonly #dipRatio: number;
  readonly #longGlitch: number;
  readonly #silence: number;
  readonly #report = new Report();
  #state = freshState();
  #register: Register;
  #tau = 1.5;
  /** Where float32 precision begins to matter, unit of the series. */
  #float32At = Infinity;
  #time = new Float64Array(64);
  #increase = new Float64Array(64);
  #flag = new Uint8Array(64);
  #length = 0;
  #revoked: { from: number; to: number }[] = [];

  constructor(settings: CounterSettings) {
    this.grid = gridOf(commonStep(settings.meters));
    this.#registers = registersOf(settings, this.grid);
    this.#register = this.#registers[0] as Register;
    this.#confirm = settings.confirm ?? 3;
    this.#confirmWithin = settings.confirmWithinMs ?? Infinity;
    this.#onJump = settings.onJump ?? 'exclude';
    this.#dipRatio = settings.dipRatio ?? 1 / 8;
    this.#longGlitch = settings.longGlitchMs ?? 86_400_000;
    this.#silence = settings.silenceMs ?? 86_400_000;
    this.#settle();
  }

  /** The state as it is, for reading only. */
  get state(): Readonly<CounterState> {
    return this.#state;
  }

  /** Instant of the first reading that waits for confirmation. */
  get pendingFrom(): number | undefined {
    return this.#state.queue[0]?.[0];
  }

  save(): Json {
    return structuredClone(this.#state) as unknown as Json;
  }

  load(state: Json): void {
    this.#state = structuredClone(state) as unknown as CounterState;
    this.#settle();
  }

  /** What follows from the state, after anything that is not plain growth. */
  #settle(): void {
    const state = this.#state;
    this.#register = this.#registers[state.meter] as Register;
    const { step } = this.#register;
    this.#tau = 1.5 * Math.max(step, state.ulp * this.grid.perUnit);
    this.#float32At = state.float32 === 'no' ? Infinity : float32From(step / this.grid.perUnit, state.ulp);
  }

  /** @param value NaN where there is no value; `length` of each array is used */
  push(time: Float64Array, value: Float64Array, length: number): void {
    this.#room(length);
    let index = 0;
    while (index < length) {
      index = this.#calm() ? this.#grow(time, value, index, length) : index;
      if (index < length) this.#one(time[index] as number, value[index] as number);
      index += 1;
    }
    this.#flushRuns();
  }

  /** Everything before `to` is in. */
  advance(to: number): void {
    while (this.#state.queue.length > 0 && to > (this.pendingFrom as number) + this.#confirmWithin) this.#decide();
    if (to === Infinity) while (this.#state.queue.length > 0) this.#decide();
    this.#flushRuns();
  }

  /** Increases and report since the last call. The arrays are reused by the next push. */
  take(): Increases {
    const taken = {
      length: this.#length,
      time: this.#time,
      increase: this.#increase,
      flag: this.#flag,
      revoked: this.#revoked,
    };
    this.#length = 0;
    this.#revoked = [];
    return taken;
  }

  report() {
    return this.#report.take();
  }

  /** Nothing is pending, remembered or half said: growth needs no other question than whether the pipe can carry it. */
  #calm(): boolean {
    const { register, queue, lines, slip, run, offGrid } = this.#state;
    return (
      register !== null && queue.length === 0 && lines.length === 0 && slip === null && run === null && offGrid === null
    );
  }

  /** Plain growth, without a call per reading. Returns the index of the first reading that is something else. */
  #grow(time: Float64Array, value: Float64Array, from: number, length: number): number {
    const state = this.#state;
    const { rate } = this.#register;
    const modulus = rate === Infinity ? Number.NaN : this.#register.modulus;
    const { perUnit, toUnit } = this.grid;
    const integral = Number.isInteger(perUnit);
    const tau = this.#tau;
    const tolerance = state.float32 === 'yes' ? 0.5 : offGridTolerance;
    const { outTime, outIncrease } = { outTime: this.#time, outIncrease: this.#increase };
    const float32At = this.#float32At;
    const silence = this.#silence;
    const stop = Math.min(state.block + sixHours, (this.#registers[state.meter + 1]?.installedAt ?? Infinity) + 0.001);
    let { seenAt, changedAt, carry, sum, forward, changes, readings } = state;
    let register = state.register as number;
    let out = this.#length;
    let index = from;
    for (; index < length; index += 1) {
      const at = time[index] as number;
      const read = value[index] as number;
      const scaled = read * perUnit;
      const ticks = Math.floor(scaled + 0.5);
      const step = ticks - register;
      const off = scaled - ticks;
      const cap = rate * (at - changedAt) + tau;
      if (!(step >= 0 && step <= cap && !(cap >= modulus) && off <= tolerance && off >= -tolerance)) break;
      if (!(at > seenAt && at < stop && read < float32At && ticks <= largestCount)) break;
      if (step > 0) {
        register = ticks;
        changedAt = at;
        changes += 1;
        forward += step;
      } else if (at - seenAt > silence) break;
      const added = step + carry;
      carry = 0;
      sum += step;
      seenAt = at;
      outTime[out] = at;
      outIncrease[out] = integral ? added / perUnit : toUnit(added);
      out += 1;
    }
    readings += index - from;
    state.register = register;
    state.seenAt = seenAt;
    if (index > from) state.acceptedAt = seenAt;
    state.changedAt = changedAt;
    state.carry = carry;
    state.sum = sum;
    state.forward = forward;
    state.changes = changes;
    state.readings = readings;
    this.#flag.fill(Flag.good, this.#length, out);
    this.#length = out;
    return index;
  }

  /** One reading, whatever it is. */
  #one(at: number, read: number): void {
    const state = this.#state;
    if (!Number.isFinite(read) || !Number.isFinite(at)) return;
    if (state.register !== null || state.queue.length > 0) if (!(at > state.seenAt)) return;
    const ticks = this.grid.toTicks(read);
    if (Math.abs(ticks) > largestCount) {
      say.excluded(this.#report, 'NOT_A_NUMBER', at, read);
      this.#addNothing(at);
      return;
    }
    state.seenAt = at;
    state.readings += 1;
    if (ticks < 0) {
      this.#run('TOTAL_NEGATIVE', 4, at, read);
      this.#addNothing(at);
      return;
    }
    this.#precision(at, read, ticks);
    if (state.register === null) this.#begin(at, ticks);
    else this.#accept(at, ticks);
  }

  #begin(at: number, ticks: number): void {
    const state = this.#state;
    while ((this.#registers[state.meter + 1]?.installedAt ?? Infinity) < at) state.meter += 1;
    this.#anchor(at, ticks);
    state.block = Math.floor(at / sixHours) * sixHours;
    this.#settle();
    this.#add(at, 0);
  }

  /** Off the grid, or on that of a float32? */
  #precision(at: number, read: number, ticks: number): void {
    const state = this.#state;
    const single = Math.fround(read) === read;
    const tolerance = single ? Math.max(offGridTolerance, 0.5 * float32Precision(read) * this.grid.perUnit) : 0;
    const off = Math.abs(read * this.grid.perUnit - ticks) > Math.max(offGridTolerance, Math.min(tolerance, 0.499));
    if (state.float32 !== 'no' && read >= this.#float32At) {
      if (!single) {
        state.float32 = 'no';
        this.#settle();
      } else {
        state.float32Like += 1;
        if (off || state.float32 === 'yes' || state.float32Like >= float32Proof) {
          if (state.float32 !== 'yes') say.float32(this.#report, at, float32Precision(read));
          state.float32 = 'yes';
          state.ulp = float32Precision(read);
          this.#settle();
        }
      }
    }
    if (off && state.float32 !== 'yes') state.offGrid = this.#extend(state.offGrid, 'PULSE_OFF_GRID', 1, at, read);
    else if (state.offGrid !== null) {
      say.run(this.#report, state.offGrid);
      state.offGrid = null;
    }
  }

  /** A reading on the grid: either what waits is decided by it, or it is looked at by itself. */
  #accept(at: number, ticks: number): void {
    const state = this.#state;
    const head = state.queue[0];
    if (head === undefined) {
      this.#fresh(at, ticks);
      return;
    }
    const installed = this.#registers[state.meter + 1]?.installedAt ?? Infinity;
    if (at > head[0] + this.#confirmWithin || installed < at) {
      this.#decide();
      this.#accept(at, ticks);
    } else if (this.#fitsAnchor(at, ticks)) {
      this.#glitch();
      this.#fresh(at, ticks);
    } else {
      state.queue.push([at, ticks]);
      if (state.queue.length > this.#confirm) this.#decide();
    }
  }

  #dip(ticks: number, register: number): boolean {
    const down = register - ticks;
    return down > 0 && (down <= this.#tau || (this.#register.rate === Infinity && down < register * this.#dipRatio));
  }

  #fitsAnchor(at: number, ticks: number): boolean {
    const { register, changedAt } = this.#state;
    const anchor = register as number;
    return this.#dip(ticks, anchor) || fitsLine(this.#register, this.#tau, anchor, changedAt, at, ticks);
  }

  #fresh(at: number, ticks: number): void {
    const state = this.#state;
    if (at >= state.block + sixHours) this.#rotate(at);
    if ((this.#registers[state.meter + 1]?.installedAt ?? Infinity) < at) this.#replace(at);
    if (state.lines.length > 0 && this.#returned(at, ticks)) return;
    if (state.slip !== null && this.#slipping(at, ticks)) return;
    const { rate, reverseRate, modulus, bidirectional } = this.#register;
    const register = state.register as number;
    const step = ticks - register;
    const elapsed = at - state.changedAt;
    const cap = rate * elapsed + this.#tau;
    if (step >= 0 && step <= cap) {
      this.#closeRun();
      if (cap >= modulus && rate !== Infinity) say.ambiguous(this.#report, this.grid, at, cap, modulus);
      if (step === 0 && at - state.acceptedAt > this.#silence) say.silence(this.#report, state.acceptedAt, at);
      this.#move(at, ticks, step);
    } else if (this.#dip(ticks, register)) {
      const flag = register - ticks <= this.#register.step ? Flag.good : Flag.suspect;
      this.#run('TOTAL_DIP', flag, at, this.grid.toUnit(ticks));
      state.acceptedAt = at;
      this.#add(at, 0, flag);
    } else if (
      step < 0 &&
      bidirectional &&
      -step <= reverseRate * elapsed + this.#tau &&
      classify(this.#register, this.#tau, register, state.changedAt, at, ticks) !== 'TOTAL_ROLLOVER'
    ) {
      this.#closeRun();
      say.backflow(this.#report, this.grid, at, register, ticks);
      this.#move(at, ticks, step);
    } else {
      this.#closeRun();
      state.queue.push([at, ticks]);
      const code = classify(this.#register, this.#tau, register, state.changedAt, at, ticks);
      say.provisional(this.#report, this.grid, code, at, register, ticks);
      if (this.#confirm === 0) this.#decide();
    }
  }

  /** The register moves by `step` to `ticks`. */
  #move(at: number, ticks: number, step: number): void {
    const state = this.#state;
    state.register = ticks;
    state.acceptedAt = at;
    if (step !== 0) {
      state.changedAt = at;
      state.changes += 1;
    }
    this.#add(at, step);
  }

  /** A new anchor, without an increase. */
  #anchor(at: number, ticks: number): void {
    const state = this.#state;
    state.register = ticks;
    state.acceptedAt = at;
    state.changedAt = at;
    state.before = [at, ticks];
    state.since = [at, ticks];
  }

  #add(at: number, step: number, flag: Flag = Flag.good): void {
    const state = this.#state;
    const added = step + state.carry;
    state.carry = 0;
    state.sum += step;
    if (step > 0) state.forward += step;
    else state.reverse -= step;
    this.#write(at, this.grid.toUnit(added), flag);
  }

  /** A reading that is not shown: what a meter change added waits for one that is. */
  #addNothing(at: number): void {
    this.#write(at, 0, Flag.fail);
  }

  #write(at: number, increase: number, flag: Flag): void {
    this.#room(1);
    this.#time[this.#length] = at;
    this.#increase[this.#length] = increase;
    this.#flag[this.#length] = flag;
    this.#length += 1;
  }

  #room(more: number): void {
    const needed = this.#length + more + this.#state.queue.length;
    if (needed <= this.#time.length) return;
    const grown = (array: Float64Array) => {
      const bigger = new Float64Array(Math.max(needed, array.length * 2));
      bigger.set(array.subarray(0, this.#length));
      return bigger;
    };
    this.#time = grown(this.#time);
    this.#increase = grown(this.#increase);
    const flags = new Uint8Array(this.#time.length);
    flags.set(this.#flag.subarray(0, this.#length));
    this.#flag = flags;
  }

  #rotate(at: number): void {
    const state = this.#state;
    state.before = state.since;
    state.since = [state.changedAt, state.register as number];
    state.block = Math.floor(at / sixHours) * sixHours;
    state.rotations += 1;
  }

  /** Usual counts per millisecond over the last six to twelve hours; 0 while nothing is known. */
  #usualRate(): number {
    const { before, changedAt, register } = this.#state;
    const elapsed = changedAt - before[0];
    return elapsed > 0 ? Math.max(0, (register as number) - before[1]) / elapsed : 0;
  }

  /** Another meter was installed since the last reading: the old one is closed, the new one starts at its first reading. */
  #replace(at: number): void {
    const state = this.#state;
    this.#closeRun();
    while ((this.#registers[state.meter + 1]?.installedAt ?? Infinity) < at) {
      const register = state.register as number;
      const next = this.#registers[state.meter + 1] as Register;
      const known = !Number.isNaN(this.#register.final);
      const last = known ? Math.max(this.#register.final, register) : register;
      const contradicted = known && this.#register.final < register - this.#tau;
      state.carry += last - register;
      state.sum += last - register;
      state.forward += last - register;
      say.replaced(this.#report, this.grid, at, next, { register, last, known, contradicted });
      state.meter += 1;
      state.lines = [];
      state.slip = null;
      this.#anchor(next.installedAt, next.initial);
      this.#settle();
    }
  }

  /** The readings in the queue were glitches: the register came back to its line. */
  #glitch(): void {
    const state = this.#state;
    const register = state.register as number;
    this.#withdrawProvisional();
    say.glitches(this.#report, this.grid, register, this.#tau, state.queue);
    state.glitches += state.queue.length;
    for (const [at] of state.queue) this.#addNothing(at);
    state.queue = [];
  }

  #withdrawProvisional(): void {
    const { queue, register, changedAt } = this.#state;
    const [at, ticks] = queue[0] as [number, number];
    this.#report.withdraw(say.key(classify(this.#register, this.#tau, register as number, changedAt, at, ticks), at));
  }

  /** Confirmed, or out of time: the first reading of the queue is taken for what it looks like. */
  #decide(): void {
    const state = this.#state;
    const [head, ...rest] = state.queue as [[number, number], ...[number, number][]];
    const rows = state.queue;
    this.#withdrawProvisional();
    state.queue = [];
    if (this.#slipBegins(rows)) return;
    const [at, ticks] = head;
    const register = state.register as number;
    const { rate, modulus } = this.#register;
    const cap = rate * (at - state.changedAt) + this.#tau;
    const code = classify(this.#register, this.#tau, register, state.changedAt, at, ticks);
    const usual = Math.round(Math.min(cap, this.#usualRate() * (at - state.changedAt)));
    const line: OldLine = {
      register,
      changedAt: state.changedAt,
      from: at,
      head: ticks,
      keys: [say.key(code, at)],
      sum: state.sum,
      forward: state.forward,
      reverse: state.reverse,
    };
    const increase =
      code === 'TOTAL_ROLLOVER'
        ? modulus - register + ticks
        : code === 'TOTAL_RESET'
          ? ticks
          : code === 'TOTAL_JUMP' && this.#onJump === 'count'
            ? ticks - register
            : 0;
    if (code === 'TOTAL_ROLLOVER') state.rollovers += 1;
    if (code === 'TOTAL_RESET') state.resets += 1;
    say.decided(this.#report, this.grid, {
      code,
      at,
      register,
      ticks,
      increase,
      cap,
      ambiguous: code === 'TOTAL_ROLLOVER' && cap >= modulus,
      estimate: this.#onJump === 'estimate' ? usual : 0,
    });
    state.lines.push(line);
    if (state.lines.length > mostOldLines) this.#forgetLine();
    this.#anchor(at, ticks);
    state.changes += 1;
    this.#add(at, increase, say.flagOf(code));
    for (const [later, count] of rest) this.#accept(later, count);
  }

  /** The oldest line is the likeliest to come back: the one after it is forgotten, but not what its return would undo. */
  #forgetLine(): void {
    const { lines } = this.#state;
    const [oldest, next] = lines as [OldLine, OldLine];
    if (oldest.keys.length + next.keys.length > mostUndone) lines.shift();
    else {
      oldest.keys.push(...next.keys);
      lines.splice(1, 1);
    }
  }

  /** Whether the register is back on a line it had left: then everything since was one long glitch. */
  #returned(at: number, ticks: number): boolean {
    const state = this.#state;
    state.lines = state.lines.filter(({ from }) => at - from <= this.#longGlitch);
    const register = state.register as number;
    const { rate } = this.#register;
    const step = ticks - register;
    const sudden =
      rate === Infinity
        ? register <= this.#tau || step < -register * this.#dipRatio
        : step < -this.#tau || step > rate * (at - state.acceptedAt) + this.#tau;
    if (!sudden) return false;
    const index = state.lines.findIndex((line) =>
      rate === Infinity
        ? ticks >= line.register && ticks <= line.register * (1 + this.#dipRatio)
        : fitsLine(this.#register, this.#tau, line.register, line.changedAt, at, ticks),
    );
    const line = state.lines[index];
    if (line === undefined) return false;
    this.#closeRun();
    say.longGlitch(this.#report, this.grid, this.#tau, line, state.lines.slice(index), state.acceptedAt);
    this.#revoked.push({ from: line.from, to: state.acceptedAt });
    state.glitches += 1;
    state.sum = line.sum;
    state.forward = line.forward;
    state.reverse = line.reverse;
    state.lines = state.lines.slice(0, index);
    this.#anchor(line.changedAt, line.register);
    this.#fresh(at, ticks);
    return true;
  }

  /** Whether the waiting readings are the old line in another unit. */
  #slipBegins(rows: readonly [number, number][]): boolean {
    const state = this.#state;
    const register = state.register as number;
    const last = rows.at(-1) as [number, number];
    const factor = slipFactor(this.#register, this.#tau, register, state.changedAt, rows);
    if (factor !== 0) {
      state.slip = { factor, at: last[0], scaled: last[1] / factor };
      for (const [at, ticks] of rows) {
        this.#run('UNIT_SUSPECT', 4, at, this.grid.toUnit(ticks));
        this.#addNothing(at);
      }
      return true;
    }
    if (!stepsAreScaled(register, state.acceptedAt, this.#usualRate(), rows)) return false;
    // Said whether or not a line was left before: behind `?.` the arguments would not even be evaluated.
    const keys = say.scaledSteps(this.#report, this.grid, register, rows);
    state.lines.at(-1)?.keys.push(...keys);
    const moved = last[1] - register;
    state.before = [state.before[0], state.before[1] + moved];
    state.since = [state.since[0], state.since[1] + moved];
    state.register = last[1];
    state.acceptedAt = last[0];
    state.changedAt = last[0];
    for (const [at] of rows) this.#addNothing(at);
    return true;
  }

  /** A reading while another unit arrives: still so, or back, or something new. */
  #slipping(at: number, ticks: number): boolean {
    const state = this.#state;
    const slip = state.slip as NonNullable<CounterState['slip']>;
    const tolerance = this.#tau + (slip.factor < 1 ? 1 / slip.factor : 0);
    const scaled = ticks / slip.factor;
    const step = scaled - slip.scaled;
    if (step >= -tolerance && step <= this.#register.rate * (at - slip.at) + tolerance) {
      slip.at = at;
      slip.scaled = scaled;
      this.#run('UNIT_SUSPECT', 4, at, this.grid.toUnit(ticks));
      this.#addNothing(at);
      return true;
    }
    state.slip = null;
    this.#closeRun();
    return false;
  }

  #extend(run: Run | null, code: string, flag: Run['flag'], at: number, read: number): Run {
    if (run !== null && run.code === code && run.flag === flag) {
      run.to = at;
      run.count += 1;
      return run;
    }
    if (run !== null) say.run(this.#report, run);
    return { code, flag, from: at, to: at, count: 1, first: read };
  }

  #run(code: string, flag: Run['flag'], at: number, read: number): void {
    this.#state.run = this.#extend(this.#state.run, code, flag, at, read);
  }

  #closeRun(): void {
    const { run } = this.#state;
    if (run === null) return;
    say.run(this.#report, run);
    this.#state.run = null;
  }

  /** What goes on is said once per chunk, as far as it went. */
  #flushRuns(): void {
    const { run, offGrid } = this.#state;
    if (run !== null) say.run(this.#report, run);
    if (offGrid !== null) say.run(this.#report, offGrid);
  }
}
