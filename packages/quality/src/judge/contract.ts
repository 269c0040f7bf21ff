import type {
  AlertConditions,
  Correction,
  Finding,
  Json,
  Plugin,
  RuleDefinition,
  SeriesLimits,
  VariableKind,
} from '@caudal/core';
import type { MeterSettings } from '../counter/settings.ts';

/** What one value of a series stands for. A total is `cumulative`; the integral of a flow depends on it. */
export type Interpretation = 'instant' | 'mean-preceding' | 'mean-succeeding' | 'total-preceding' | 'cumulative';

/** What the judge must know of one series of the point. Roles are the names of the series at the point. */
export interface SeriesSettings {
  readonly kind: VariableKind;
  /** Unit of the values pushed; rules that ask for another unit get them converted. */
  readonly unit: string;
  /** How often a value is expected, milliseconds. Without it nothing is said of gaps, silence or time to confirm. */
  readonly intervalMs?: number;
  readonly limits?: SeriesLimits;
  /** What people want to be told, in the unit of the series. `noData` is the host's: it needs a clock. */
  readonly alerts?: AlertConditions;
  readonly interpretation?: Interpretation;
  /** The registers behind a total, in order of installation. Without one the counter works by ratio and finds less. */
  readonly meters?: readonly MeterSettings[];
  /** Values that mean a fault here, in the unit of the series. */
  readonly sentinels?: readonly number[];
}

/** When a rule runs. Rules of one stage see the flags of the stages before it; `counter` only of time, missing and range. */
export const stages = ['time', 'missing', 'range', 'counter', 'pair', 'window', 'cross'] as const;

export type Stage = (typeof stages)[number];

/** One use of a rule on series of this point. */
export interface RuleUse {
  /** A definition, or what a package's factory returns. */
  readonly rule: RuleDefinition<never, never> | RuleDefinition | Plugin;
  /** Unique among the uses; default: the id of the rule, with its series where the rule is used more than once. */
  readonly id?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Role of the rule → name of the series. Default: a series of that name, else the only series of that kind. */
  readonly roles?: Readonly<Record<string, string>>;
  /** Default: `pair` for a rule of one series, `cross` for a rule of several. */
  readonly stage?: Stage;
}

/** A finding of the judge: its role is a series name, its key is unique within the point. */
export interface JudgeFinding extends Finding {
  readonly ruleId: string;
  readonly ruleVersion: string;
  /** Hash of the parameters with their defaults, 16 hex digits. */
  readonly paramsHash: string;
  /** `event`: about the water, and no flag on the value. */
  readonly about: 'quality' | 'event';
}

export interface JudgeCorrection extends Correction {
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly paramsHash: string;
}

/** New samples of one series: ascending in time, and later than every sample of that series pushed before. */
export interface Samples {
  readonly length: number;
  /** UTC milliseconds. */
  readonly time: Float64Array;
  /** In the unit of the series; NaN where there is no value. */
  readonly value: Float64Array;
  /** Arrival of each sample, UTC milliseconds; overrides the `receivedAt` of the push. */
  readonly receivedAt?: Float64Array;
  /** 1 where the host found two different readings for that instant. */
  readonly conflict?: Uint8Array;
}

/** Samples of a series whose flag is another one than was returned before. */
export interface ChangedFlags {
  readonly time: Float64Array;
  readonly flag: Uint8Array;
}

/** What the counter added at each sample, settled. A later entry for the same instant replaces the earlier one. */
export interface Settled {
  readonly time: Float64Array;
  /** In the unit of the series; never negative for a forward meter. */
  readonly increase: Float64Array;
  /** Spans whose increases turned out to be none: a long glitch. Every sample in [from, to] has increase 0. */
  readonly revoked: readonly { readonly from: number; readonly to: number }[];
}

export interface JudgeOutput {
  /** By series: one flag per sample pushed, in the same order. */
  readonly flags: Readonly<Record<string, Uint8Array>>;
  readonly findings: readonly JudgeFinding[];
  readonly corrections: readonly JudgeCorrection[];
  /** Keys of earlier findings and corrections that no longer hold. */
  readonly withdrawn: readonly string[];
  /** By series: earlier samples whose flags changed. */
  readonly changed: Readonly<Record<string, ChangedFlags>>;
  /** By total: increases settled now, of samples pushed now or before. */
  readonly settled: Readonly<Record<string, Settled>>;
  /** By series: samples from this instant on are provisional. Absent: all are final as far as the counter goes. */
  readonly provisionalFrom: Readonly<Record<string, number>>;
}

/** Judges all series of one point. Pure: no clock, no I/O; the same data in any chunks give the same end. */
export interface Judge {
  /**
   * @param samples by series name
   * @param receivedAt arrival of all samples of this push, where they have none of their own
   * @throws CaudalError `invalid-data` when a sample is not later than those before it: load an earlier state and push again
   */
  push(samples: Readonly<Record<string, Samples | undefined>>, receivedAt?: number): JudgeOutput;
  /** Everything before `to` is in: decides what waited for time. `Infinity` at the end of a batch. */
  advance(to: number): JudgeOutput;
  /** Everything the judge knows, as JSON. Saving and loading at any point is invisible. */
  save(): Json;
  /** @throws CaudalError `config` when the state was saved under other rules or parameters */
  load(state: Json): void;
  /** Hash over the rules, their versions, parameters and the series' settings: 64 hex digits, the provenance of every value. */
  readonly rulesHash: string;
  /** The rules in the order in which they run. */
  readonly uses: readonly {
    readonly id: string;
    readonly ruleId: string;
    readonly ruleVersion: string;
    readonly stage: Stage;
  }[];
}

export interface JudgeSettings {
  readonly series: Readonly<Record<string, SeriesSettings>>;
  readonly rules: readonly RuleUse[];
  /** How far back a finding may still change flags, milliseconds; default 26 h. */
  readonly historyMs?: number;
  /** Most samples per series kept for that; default 20 000. */
  readonly historySamples?: number;
}
