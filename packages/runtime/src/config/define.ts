import type {
  Clock,
  ComplianceDefinition,
  NotifierDefinition,
  OutletDefinition,
  Plugin,
  ProviderDefinition,
  RuleDefinition,
} from '@caudal/core';
import type { RuntimeOptions } from './options.ts';
import type { OutletOptions } from './outlet-options.ts';

type Partially<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Partially<T[K]> }
    : T;

// oxlint-disable-next-line typescript/no-explicit-any -- plugins of any configuration fit; each is checked against its own schema
type Any = any;

/** One use of a rule for every point that has its required roles. */
export interface RuleUse {
  readonly rule: Plugin<RuleDefinition<Any, Any>>;
  /** Parameters; a point may override them by rule id. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** By the rule's role: the variable kind that plays it. Default: the kind named like the role. */
  readonly roles?: Readonly<Record<string, string>>;
}

/** What goes outward, and where to. */
export interface OutletUse extends Partially<OutletOptions> {
  /** For example kafka({ … }) of `@caudal/kafka/outlet` or mqtt({ … }) of `@caudal/provider-mqtt/outlet`. */
  readonly to: Plugin<OutletDefinition<Any>>;
}

/** What `caudal.config.ts` exports. Names of instances are yours and are what state refers to: renaming one starts anew. */
export interface RuntimeConfig extends Partially<RuntimeOptions> {
  readonly providers?: Readonly<Record<string, Plugin<ProviderDefinition<Any, Any, Any>>>>;
  readonly targets?: Readonly<Record<string, Plugin<ComplianceDefinition<Any, Any, Any>>>>;
  readonly notifiers?: Readonly<Record<string, Plugin<NotifierDefinition<Any, Any>>>>;
  /** Values and events for other systems, by a name of yours: its position in what was published is kept under it. */
  readonly publish?: Readonly<Record<string, OutletUse>>;
  /** Rules beside those of the profile. */
  readonly rules?: readonly RuleUse[];
  /** For embedding and tests: where time comes from. */
  readonly clock?: Clock;
}

/** Infers and returns its argument: what `caudal.config.ts` exports as default. */
export const defineRuntime = (config: RuntimeConfig): RuntimeConfig => config;
