import { Type } from '@caudal/core';
import { CompensatedSum, type FlowMeaning, partArea, stepArea } from '../windows/area.ts';

/** The series that a rule of flow and register compares. */
export const flowAndTotal = {
  flow: { required: true, unit: 'L/s', description: 'Flow' },
  total: { required: true, unit: 'm3', description: 'Register, with its increase' },
} as const;

/** What every rule of flow and register has to know of the two. */
export const flowAndTotalParams = {
  step: Type.Number({ default: 0.001, exclusiveMinimum: 0, description: 'Step of the register, m³.' }),
  meaning: Type.Enum(['instant', 'mean-preceding', 'mean-succeeding'], {
    default: 'instant',
    description: 'What one sample of the flow stands for.',
  }),
  intervalMs: Type.Number({ default: 900_000, exclusiveMinimum: 0, description: 'Interval of the flow, ms.' }),
};

/**
 * A sample of the total beside the flow. Plain arguments, because there is one call per sample.
 *
 * @param increase m³
 * @param carried what the flow has carried up to that instant, m³ since the run began; NaN across a gap of the flow
 * @param flow L/s at that instant, or NaN
 * @param gaps gaps of the flow so far: two samples with different counts have one between them
 */
export type OnTotal = (at: number, increase: number, flag: number, carried: number, flow: number, gaps: number) => void;

type Waiting = [at: number, increase: number, flag: number];

interface State {
  flow: [number, number] | null;
  carried: readonly [number, number];
  gaps: number;
  waiting: Waiting[];
}

/**
 * Integrates a flow in L/s beside a total, and tells for each sample of the total how much the flow carried up to it. A total
 * between two samples of the flow waits for the second.
 */
export class FlowVolume {
  readonly #meaning: FlowMeaning;
  readonly #maxGapMs: number;
  readonly #emit: OnTotal;
  readonly #carried = new CompensatedSum();
  #flowAt = Number.NaN;
  #flow = Number.NaN;
  #gaps = 0;
  #waiting: Waiting[] = [];

  constructor(meaning: FlowMeaning, maxGapMs: number, emit: OnTotal) {
    this.#meaning = meaning;
    this.#maxGapMs = maxGapMs;
    this.#emit = emit;
  }

  flow(at: number, litresPerSecond: number): void {
    const [beforeAt, before] = [this.#flowAt, this.#flow];
    const elapsed = at - beforeAt;
    this.#flowAt = at;
    this.#flow = litresPerSecond;
    if (!(elapsed <= this.#maxGapMs)) {
      if (!Number.isNaN(beforeAt)) this.#gaps += 1;
      this.#unknown();
      return;
    }
    const start = this.#carried.value;
    this.#carried.add(stepArea(before, litresPerSecond, elapsed, this.#meaning) / 1000);
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [total, increase, flag] of waiting) {
      const part = partArea(before, litresPerSecond, elapsed, total - beforeAt, this.#meaning) / 1000;
      this.#emit(total, increase, flag, start + part, litresPerSecond, this.#gaps);
    }
  }

  total(at: number, increase: number, flag: number): void {
    if (this.#flowAt === at) this.#emit(at, increase, flag, this.#carried.value, this.#flow, this.#gaps);
    else if (at - this.#flowAt <= this.#maxGapMs) this.#waiting.push([at, increase, flag]);
    else {
      this.#unknown();
      this.#emit(at, increase, flag, Number.NaN, Number.NaN, this.#gaps);
    }
  }

  /** Nothing is known of the flow at the totals that wait. */
  #unknown(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [at, increase, flag] of waiting) this.#emit(at, increase, flag, Number.NaN, Number.NaN, this.#gaps);
  }

  save(): State {
    return {
      flow: Number.isNaN(this.#flowAt) ? null : [this.#flowAt, this.#flow],
      carried: this.#carried.save(),
      gaps: this.#gaps,
      waiting: this.#waiting.map((row): Waiting => [...row]),
    };
  }

  load(saved: State): void {
    [this.#flowAt, this.#flow] = saved.flow ?? [Number.NaN, Number.NaN];
    this.#carried.load(saved.carried);
    this.#gaps = saved.gaps;
    this.#waiting = saved.waiting.map((row): Waiting => [...row]);
  }
}
