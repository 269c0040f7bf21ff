import type {
  DeviceRef,
  Plugin,
  ProviderDefinition,
  ProviderInstance,
  RawRecord,
  RawRequest,
  Reading,
  Window,
} from '@caudal/core';
import type { HttpAnswers, Login, Remote } from '../conformance/remote.ts';
import type { CaseOptions } from '../cases/case-checks.ts';
import type { Subject } from '../conformance/session.ts';
import type { Programmed } from '../faults/reply.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- settings are the plugin's own; the suite only hands them through
type AnyProvider = ProviderDefinition<any, any, any>;

export interface ProviderAnswers extends HttpAnswers {
  /** The answers of one window that needs several pulls, in order. */
  readonly pages?: readonly [Programmed, ...Programmed[]];
  /** An answer in which no variable has a value: sensor faults, sentinels, nulls. */
  readonly noValue?: Programmed;
}

/** A stream that the suite can drive, for providers that subscribe. */
export interface ProviderStream {
  plugin: Plugin<AnyProvider>;
  /** Resolves when the plugin is subscribed. */
  subscribed(): Promise<void>;
  /** Sends one message to the plugin. */
  deliver(): Promise<void>;
  /** Messages that the plugin has acknowledged so far. */
  acknowledged(): number;
  /** Breaks the connection. */
  drop(): Promise<void>;
  close(): Promise<void>;
}

/** What the provider suite cannot know by itself. */
export interface ProviderConformanceOptions {
  /** The package's factory with a sample configuration that points at `baseUrl`. */
  plugin(baseUrl: string): Plugin<AnyProvider>;
  /** The same with time-outs of some ten milliseconds. Without it, P-27 is skipped. */
  readonly givesUpSoon?: (baseUrl: string) => Plugin<AnyProvider>;
  /** The secrets that configuration and device refer to, by whole reference: `{ 'env:ACME_TOKEN': '…' }`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Secrets that answers hand out, such as the token of a log-in. */
  readonly issuedSecrets?: readonly string[];
  /** From the package's package.json. Without it, A-02 is skipped. */
  readonly packageVersion?: string;
  /** The committed `schema.json` that the schemas are compared with. Without it, A-20 is skipped. */
  readonly schemaBaseline?: URL;
  /** The README with tables between `<!-- caudal:config -->` and `<!-- /caudal -->`. Without it, A-21 is skipped. */
  readonly readme?: URL;
  /** A device with its variables, as `answers.ok` has them. */
  readonly device: DeviceRef;
  /** A window that holds the readings of `answers.ok`. Absent for providers that only know the latest value. */
  readonly window?: Window;
  /** How the vendor answers over HTTP. Without it the checks of pulling are skipped, unless there is a `remote`. */
  readonly answers?: ProviderAnswers;
  readonly login?: Login;
  /** The other side of a provider that does not speak HTTP. */
  readonly remote?: () => Promise<Remote>;
  /** What decoding `answers.ok` (or the first of `records`) must give. Without it, any reading will do. */
  readonly readings?: readonly Partial<Reading>[];
  /** Recorded raw records, those that others need before them; needed where the provider does not pull. */
  readonly records?: readonly RawRecord[];
  /** One sample of every media type that the capabilities take by hand. Without it, P-28 is skipped. */
  readonly manual?: readonly { readonly mediaType: string; readonly body: Uint8Array }[];
  /** Longest time of one `decode`, real milliseconds. Default 5000. */
  readonly decodeBudgetMs?: number;
  /** For providers with a webhook. */
  readonly webhook?: {
    /** A request as the vendor sends it. */
    readonly request: RawRequest;
    /** The vendor signs the body, so that changing it must be noticed. */
    readonly signsBody: boolean;
    /** Requests with a wrong proof. */
    readonly forged?: readonly RawRequest[];
  };
  /** For providers that subscribe. Without it the checks of subscribing are skipped. */
  readonly stream?: () => Promise<ProviderStream>;
  /** Recorded cases, a folder for each; every one is a check `P-70/name`. Without it, P-70 is skipped. */
  readonly cases?: CaseOptions<AnyProvider>;
  /** Reasons by check id, for what the plugin can not do and has no capability to say so. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** What the provider checks know. */
export interface ProviderSubject extends Subject<ProviderInstance> {
  readonly options: ProviderConformanceOptions;
  readonly definition: AnyProvider;
}
