import type { Plugin, RuleDefinition, RuleInstance } from '@caudal/core';
import type { RuleCase } from '../conformance/rule-feed.ts';
import type { CaseOptions } from '../cases/case-checks.ts';
import type { Subject } from '../conformance/session.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- settings are the plugin's own; the suite only hands them through
type AnyRule = RuleDefinition<any, any>;

/** What the rule suite cannot know by itself. */
export interface RuleConformanceOptions {
  readonly plugin: Plugin<AnyRule>;
  /** Parameters of one use of the rule. */
  readonly params: unknown;
  /** Data that make the rule speak, and data that must not. Generated data are added. */
  readonly cases: readonly RuleCase[];
  /** From the package's package.json. Without it, A-02 is skipped. */
  readonly packageVersion?: string;
  /** The committed `schema.json` that the schemas are compared with. Without it, A-20 is skipped. */
  readonly schemaBaseline?: URL;
  /** The README with tables between `<!-- caudal:config -->` and `<!-- /caudal -->`. Without it, A-21 is skipped. */
  readonly readme?: URL;
  /** Recorded cases, a folder for each; every one is a check `R-70/name`. Without it, R-70 is skipped. */
  readonly caseFolders?: CaseOptions<AnyRule>;
  /** Reasons by check id, for what the plugin can not do and has no capability to say so. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** What the rule checks know. */
export interface RuleSubject extends Subject<RuleInstance> {
  readonly options: RuleConformanceOptions;
  readonly definition: AnyRule;
}
