/** A line the register left: where it stood, so that its return within a day undoes what was decided meanwhile. */
export interface OldLine {
  readonly register: number;
  readonly changedAt: number;
  /** The first reading off the line. */
  readonly from: number;
  readonly head: number;
  /** Keys of the findings to withdraw: its own, then those of later lines that are no longer remembered. */
  readonly keys: string[];
  readonly sum: number;
  readonly forward: number;
  readonly reverse: number;
}

/** Consecutive readings of which the same is to be said: one finding. */
export interface Run {
  readonly code: string;
  readonly flag: 1 | 3 | 4;
  readonly from: number;
  to: number;
  count: number;
  first: number;
}

/** Readings that arrive in another unit: `factor` times too large, on a line of their own. */
export interface Slip {
  readonly factor: number;
  at: number;
  /** Last reading in the right unit, counts. */
  scaled: number;
}

/** Everything the engine knows between two readings. Plain JSON; counts are of the common step, instants milliseconds. */
export interface CounterState {
  /** Index of the meter in use. */
  meter: number;
  /** Null before the first reading. Otherwise the register of the last accepted reading: the anchor. */
  register: number | null;
  /** Last reading that was looked at, last that was accepted, last that changed the register. */
  seenAt: number;
  acceptedAt: number;
  changedAt: number;
  /** Added by meter changes and not yet by a reading. */
  carry: number;
  /** Readings off the line that wait for confirmation: instant, register. */
  queue: [number, number][];
  lines: OldLine[];
  slip: Slip | null;
  run: Run | null;
  offGrid: Run | null;
  /** Register at the start of this and the previous six hours: the usual rate. */
  before: [number, number];
  since: [number, number];
  block: number;
  rotations: number;
  /** Whether the source is a float32: not known, no, yes. */
  float32: 'unknown' | 'no' | 'yes';
  /** Readings in a row that a float32 can hold. */
  float32Like: number;
  /** Precision of the float32, unit of the series; 0 while it is no matter. */
  ulp: number;
  /** Net, forward and reverse increase. */
  sum: number;
  forward: number;
  reverse: number;
  readings: number;
  changes: number;
  resets: number;
  rollovers: number;
  glitches: number;
}

export const freshState = (): CounterState => ({
  meter: 0,
  register: null,
  seenAt: 0,
  acceptedAt: 0,
  changedAt: 0,
  carry: 0,
  queue: [],
  lines: [],
  slip: null,
  run: null,
  offGrid: null,
  before: [0, 0],
  since: [0, 0],
  block: 0,
  rotations: 0,
  float32: 'unknown',
  float32Like: 0,
  ulp: 0,
  sum: 0,
  forward: 0,
  reverse: 0,
  readings: 0,
  changes: 0,
  resets: 0,
  rollovers: 0,
  glitches: 0,
});
