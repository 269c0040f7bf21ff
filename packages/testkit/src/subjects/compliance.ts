import type {
  ComplianceDefinition,
  ComplianceInstance,
  Outcome,
  Plugin,
  RawRequest,
  Report as ComplianceReport,
} from '@caudal/core';
import type { Login } from '../conformance/remote.ts';
import type { CaseOptions } from '../cases/case-checks.ts';
import type { Subject } from '../conformance/session.ts';
import type { Programmed } from '../faults/reply.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- settings are the plugin's own; the suite only hands them through
type AnyTarget = ComplianceDefinition<any, any, any>;
export type AnyReport = ComplianceReport<never, never>;

/** What the compliance suite cannot know by itself. */
export interface ComplianceConformanceOptions {
  /** The package's factory with a sample configuration that points at `baseUrl`. */
  plugin(baseUrl: string): Plugin<AnyTarget>;
  /** The same with time-outs of some ten milliseconds. Without it, C-27 is skipped. */
  readonly givesUpSoon?: (baseUrl: string) => Plugin<AnyTarget>;
  /** The secrets that configuration and work refer to, by whole reference. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly issuedSecrets?: readonly string[];
  readonly login?: Login;
  /** From the package's package.json. Without it, A-02 is skipped. */
  readonly packageVersion?: string;
  /** The committed `schema.json` that the schemas are compared with. Without it, A-20 is skipped. */
  readonly schemaBaseline?: URL;
  /** The README with tables between `<!-- caudal:config -->` and `<!-- /caudal -->`. Without it, A-21 is skipped. */
  readonly readme?: URL;
  /** A report that the regulator takes, with as many submissions as one request may have. */
  readonly report: ComplianceReport;
  /** When it is sent, UTC milliseconds. */
  readonly sendTime: number;
  /** Reports with one mistake each that `validate` must find; `path` is where, as a JSON pointer. */
  readonly faults: readonly { readonly name: string; readonly report: ComplianceReport; readonly path?: string }[];
  readonly answers: {
    /** How the regulator accepts the report. */
    readonly accepted: Programmed;
    /** The receipt in it. */
    readonly receipt?: string;
    /** Answers of particular paths while all is well, for example that of `check`. */
    readonly routes?: Readonly<Record<string, Programmed>>;
    readonly badCredentials?: Programmed;
    /** Other answers the regulator gives, and what each means for every submission. */
    readonly others?: readonly {
      readonly name: string;
      readonly reply: Programmed;
      readonly status: Outcome['status'];
      readonly until?: 'final' | 'configuration' | 'next-permitted-day';
    }[];
  };
  /** For targets that answer requests of the regulator. Without it, C-40 to C-43 are skipped. */
  readonly serve?: {
    /** A request as the regulator makes it. */
    readonly request: RawRequest;
    /** Requests with a wrong proof. */
    readonly forged?: readonly RawRequest[];
  };
  /** For targets with read-back. */
  readonly confirm?: {
    readonly receipt: string;
    /** The values of the report, also in other spellings such as 10.50 for 10.5. */
    readonly same: readonly Programmed[];
    /** One value differs, by as little as the format can say. */
    readonly different: Programmed;
    /** The regulator does not know the receipt. */
    readonly unknown: Programmed;
  };
  /** For targets that can be asked by key: answers to a question about the report's first submission. */
  readonly find?: {
    /** It is there once, with the values of the report, also in other spellings such as 10.50 for 10.5. */
    readonly same: readonly Programmed[];
    /** One value differs, by as little as the format can say. */
    readonly different: Programmed;
    /** It is there more than once, where the regulator can say that. */
    readonly twice?: Programmed;
    readonly absent: Programmed;
  };
  /** Recorded cases, a folder for each; every one is a check `C-70/name`. Without it, C-70 is skipped. */
  readonly cases?: CaseOptions<AnyTarget>;
  /** Reasons by check id, for what the plugin can not do and has no capability to say so. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** What the compliance checks know. */
export interface ComplianceSubject extends Subject<ComplianceInstance> {
  readonly options: ComplianceConformanceOptions;
  readonly definition: AnyTarget;
  /** The report as the plugin's own types want it. */
  readonly report: AnyReport;
}
