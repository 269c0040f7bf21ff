import { CompensatedSum, type FlowMeaning, partArea, stepArea } from '../windows/area.ts';

/** A sample of the total, and what the flow has carried up to its instant, m³ since the run began; NaN across a gap of the flow. */
export interface TotalSample {
  readonly at: number;
  /** m³. */
  readonly increase: number;
  readonly flag: number;
  readonly carried: number;
  /** L/s at that instant, as far as known. */
  readonly flow: number;
}

type Waiting = [at: number, increase: number, flag: number];

interface State {
  flow: [number, number] | null;
  carried: readonly [number, number];
  /** Gaps of the flow so far: two samples with different counts have one between them. */
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
  readonly #emit: (sample: TotalSample, gaps: number) => void;
  readonly #carried = new CompensatedSum();
  #flow: [number, number] | null = null;
  #gaps = 0;
  #waiting: Waiting[] = [];

  constructor(meaning: FlowMeaning, maxGapMs: number, emit: (sample: TotalSample, gaps: number) => void) {
    this.#meaning = meaning;
    this.#maxGapMs = maxGapMs;
    this.#emit = emit;
  }

  flow(at: number, litresPerSecond: number): void {
    const before = this.#flow;
    this.#flow = [at, litresPerSecond];
    if (before === null) {
      this.#release(Number.NaN, () => Number.NaN);
      return;
    }
    const [beforeAt, beforeFlow] = before;
    const elapsed = at - beforeAt;
    if (elapsed > this.#maxGapMs) {
      this.#gaps += 1;
      this.#release(Number.NaN, () => Number.NaN);
      return;
    }
    const start = this.#carried.value;
    this.#carried.add(stepArea(beforeFlow, litresPerSecond, elapsed, this.#meaning) / 1000);
    const end = this.#carried.value;
    this.#release(litresPerSecond, (total) =>
      total === at
        ? end
        : start + partArea(beforeFlow, litresPerSecond, elapsed, total - beforeAt, this.#meaning) / 1000,
    );
  }

  total(at: number, increase: number, flag: number): void {
    const flow = this.#flow;
    if (flow !== null && flow[0] === at) {
      this.#emit({ at, increase, flag, carried: this.#carried.value, flow: flow[1] }, this.#gaps);
      return;
    }
    if (flow === null || at - flow[0] > this.#maxGapMs) this.#release(Number.NaN, () => Number.NaN);
    if (flow === null || at - flow[0] > this.#maxGapMs) {
      this.#emit({ at, increase, flag, carried: Number.NaN, flow: Number.NaN }, this.#gaps);
    } else this.#waiting.push([at, increase, flag]);
  }

  #release(flow: number, carriedAt: (at: number) => number): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [at, increase, flag] of waiting) {
      this.#emit({ at, increase, flag, carried: carriedAt(at), flow }, this.#gaps);
    }
  }

  save(): State {
    return {
      flow: this.#flow === null ? null : [...this.#flow],
      carried: this.#carried.save(),
      gaps: this.#gaps,
      waiting: this.#waiting.map((row): Waiting => [...row]),
    };
  }

  load(saved: State): void {
    this.#flow = saved.flow === null ? null : [...saved.flow];
    this.#carried.load(saved.carried);
    this.#gaps = saved.gaps;
    this.#waiting = saved.waiting.map((row): Waiting => [...row]);
  }
}
