import { type Call, type CheckResult, define, type Definition, type Instance } from './plugin.ts';

/** One message, worded by the host. An outlet only carries it. */
export interface OutletMessage {
  /** Fits `capabilities.topics.legal`. */
  readonly topic: string;
  /** Messages of one key are delivered in the order in which they are given. */
  readonly key: string;
  /** JSON text. */
  readonly body: string;
  /** The broker shall keep it for who subscribes later, in place of the last one of its topic. Only where the outlet can. */
  readonly retain: boolean;
}

export interface OutletCapabilities {
  readonly topics: {
    /** Templates that are used when none is configured. */
    readonly values: string;
    readonly events: string;
    /** A regular expression that a whole topic fits. */
    readonly legal: string;
    /** A regular expression of one character that can not stand in what a place of a template is filled with: `_` stands for it. */
    readonly foreign: string;
  };
  /** Whether the broker can keep the last message of a topic. */
  readonly retain: boolean;
}

/** Where messages leave for other systems. */
export interface OutletInstance extends Instance {
  /**
   * Resolves when the broker has taken all of them for good. What is not connected is connected here. When it rejects, any of them may have
   * been taken: the host closes the outlet, and gives all of them again later. One call at a time.
   *
   * @throws CaudalError; every kind is tried again, `config`, `auth`, `rejected` and `unsupported` are told as what somebody has to mend
   */
  publish(request: Call & { readonly messages: readonly OutletMessage[] }): Promise<void>;
  /** Does the broker take us? Publishes nothing. */
  check(request: Call): Promise<CheckResult>;
}

export interface OutletDefinition<C = unknown> extends Definition<'outlet/v1', C, OutletInstance> {
  readonly capabilities: OutletCapabilities;
}

/** The type of config is inferred from its schema. */
export const defineOutlet = <C>(definition: Omit<OutletDefinition<C>, 'spec'>): OutletDefinition<C> =>
  define({ ...definition, spec: 'outlet/v1' as const });
