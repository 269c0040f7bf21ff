import type { Flag } from './flags.ts';
import { define, type Definition, type Instance } from './plugin.ts';
import type { Json, TypedSchema } from './schema.ts';

/**
 * Samples of one role, in columns: index i of each array belongs together. Time strictly ascends. A rule must not change
 * them, and must not keep them: the arrays are reused.
 */
export interface Column {
  readonly length: number;
  /** UTC milliseconds. */
  readonly time: Float64Array;
  /** In the role's unit; NaN where there is no value. For a total: the register as read, in the series' unit. */
  readonly value: Float64Array;
  /** Flags known so far: a rule sees what ran before it. */
  readonly flag: Uint8Array;
  /** For totals: what the counter engine added at this sample (never negative for a forward meter), in the series' unit. */
  readonly increase?: Float64Array;
  /** Arrival of each sample, UTC milliseconds; NaN or absent where the host does not know it. */
  readonly receivedAt?: Float64Array;
  /** 1 where two different readings came for that instant. */
  readonly conflict?: Uint8Array;
}

/** One chunk for every role of the rule, by role name. Roles without new samples may be absent. */
export type Columns = Readonly<Record<string, Column | undefined>>;

/**
 * What a rule says of a span of values of one role. A later finding with the same `key` replaces the earlier one; so a
 * provisional finding becomes final, and nothing is said twice.
 */
export interface Finding {
  /** Unique within one run of one rule, and the same whenever the same data come again. Usually `CODE:role:from`. */
  readonly key: string;
  readonly role: string;
  /** First and last instant concerned, both inclusive, UTC milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly code: string;
  readonly flag: Flag;
  readonly status: 'provisional' | 'final';
  readonly detail?: Readonly<Record<string, string | number>>;
}

/**
 * A proposed change of what is shown; raw values stay. `offset` adds `amount` to every value of the role from `from` on (an
 * open end is `Infinity`), `exclude` hides the values of the span, `set` shows `amount` instead.
 */
export interface Correction {
  readonly key: string;
  readonly role: string;
  readonly from: number;
  readonly to: number;
  readonly method: 'offset' | 'exclude' | 'set' | 'interpolate' | 'hold';
  readonly amount?: number;
  readonly origin: 'adjusted' | 'estimated' | 'interpolated' | 'manual';
  /** `applied` at once, or `suggested` for a person to decide. */
  readonly state: 'applied' | 'suggested';
  /** The key of the finding behind it. */
  readonly because: string;
}

export interface RuleOutput {
  readonly findings: readonly Finding[];
  readonly corrections: readonly Correction[];
  /** Keys of earlier findings and corrections that no longer hold. */
  readonly withdrawn: readonly string[];
}

/** The empty output, shared: most chunks of clean data say nothing. */
export const nothing: RuleOutput = Object.freeze({ findings: [], corrections: [], withdrawn: [] });

/** One rule over one set of series, in time order. Batch is: push everything, then advance to the end. */
export interface RuleRun {
  push(columns: Columns): RuleOutput;
  /** Time passed without data: everything before `to` is in. */
  advance(to: number): RuleOutput;
  /** Everything the run knows, as JSON. Saving and loading at any point must be invisible. */
  save(): Json;
  load(state: Json): void;
}

export interface RuleInstance<P = unknown> extends Instance {
  open(params: P): RuleRun;
}

export interface RuleRole {
  readonly required: boolean;
  /** Unit in which the rule wants the values; the host converts. Absent: whatever the series has. */
  readonly unit?: string;
  readonly description: string;
}

export interface RuleCode {
  /** The flags this code may come with. */
  readonly flags: readonly Flag[];
  /** `quality`: about the data; `event`: about the water, and no flag on the value. */
  readonly about: 'quality' | 'event';
  readonly text: string;
}

export interface RuleDefinition<C = unknown, P = unknown> extends Definition<'rule/v1', C, RuleInstance<P>> {
  /** Settings of one use of the rule on one set of series. */
  readonly params: TypedSchema<P>;
  readonly roles: Readonly<Record<string, RuleRole>>;
  /** Every code the rule may say. A code never changes its meaning. */
  readonly codes: Readonly<Record<string, RuleCode>>;
  /** Worst input flag the rule still looks at. Default 3: values that failed or are missing are skipped. */
  readonly sees?: Flag;
}

/** Types of config and params are inferred from the schemas. A rule is pure: no I/O, no clock, no randomness. */
export const defineRule = <C, P>(definition: Omit<RuleDefinition<C, P>, 'spec'>): RuleDefinition<C, P> =>
  define({ ...definition, spec: 'rule/v1' as const });
