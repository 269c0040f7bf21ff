/** One register behind a total, for as long as it was installed. All amounts in the unit of the series. */
export interface MeterSettings {
  /** Smallest step of the register. */
  readonly step: number;
  /** One step past the highest number of the register (10^digits × unit, 2^bits × unit per pulse). */
  readonly rollover?: number;
  /** Largest flow that is physically possible, unit of the series per second. Without it the counter works by ratio. */
  readonly maxFlow?: number;
  /** Largest reverse flow of a bidirectional meter; default: `maxFlow`. */
  readonly maxReverseFlow?: number;
  /** Counts backwards too. */
  readonly bidirectional?: boolean;
  /** UTC milliseconds; the first meter of a series needs none. */
  readonly installedAt?: number;
  /** Register at installation; default 0. */
  readonly firstReading?: number;
  /** Register at removal; unknown: what flowed after its last reading is lost. */
  readonly lastReading?: number;
}

/** What to do with the amount of a jump that nothing explains. `estimate` excludes it and suggests an estimate. */
export type OnJump = 'exclude' | 'count' | 'estimate';

export interface CounterSettings {
  /** In order of installation; at least one. */
  readonly meters: readonly MeterSettings[];
  /** Readings that must confirm a drop or a jump before it is final; default 3. */
  readonly confirm?: number;
  /** Time after which it is final without them, milliseconds; default: never by time. */
  readonly confirmWithinMs?: number;
  readonly onJump?: OnJump;
  /** Without `maxFlow`: a drop smaller than this share of the register is a dip, a larger one a reset; default 1/8. */
  readonly dipRatio?: number;
  /** How long after a reset the old line may come back and undo it, milliseconds; default 24 h. */
  readonly longGlitchMs?: number;
  /** A reading with the same register after a silence longer than this says nothing of when water ran; default 24 h. */
  readonly silenceMs?: number;
}
