import type { DeliveryEvent, NotifierDefinition, NotifierInstance, Plugin, RawRequest } from '@caudal/core';
import type { HttpAnswers, Login, Remote } from '../conformance/remote.ts';
import type { CaseOptions } from '../cases/case-checks.ts';
import type { Subject } from '../conformance/session.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- settings are the plugin's own; the suite only hands them through
type AnyNotifier = NotifierDefinition<any, any>;

/** What the notifier suite cannot know by itself. */
export interface NotifierConformanceOptions {
  /** The package's factory with a sample configuration that points at `baseUrl`. */
  plugin(baseUrl: string): Plugin<AnyNotifier>;
  /** The same with time-outs of some ten milliseconds. Without it, N-27 is skipped. */
  readonly givesUpSoon?: (baseUrl: string) => Plugin<AnyNotifier>;
  /** The secrets that the configuration refers to, by whole reference. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly issuedSecrets?: readonly string[];
  readonly login?: Login;
  /** From the package's package.json. Without it, A-02 is skipped. */
  readonly packageVersion?: string;
  /** The committed `schema.json` that the schemas are compared with. Without it, A-20 is skipped. */
  readonly schemaBaseline?: URL;
  /** The README with tables between `<!-- caudal:config -->` and `<!-- /caudal -->`. Without it, A-21 is skipped. */
  readonly readme?: URL;
  /** An address that the channel takes. */
  readonly address: unknown;
  /** An address that fits the schema and that the channel refuses. */
  readonly badAddress?: unknown;
  /** How the channel answers over HTTP; `ok` takes a message. */
  readonly answers?: HttpAnswers;
  /** The other side of a notifier that does not speak HTTP, such as a mail server. */
  readonly remote?: () => Promise<Remote>;
  /** For notifiers with delivery events. */
  readonly delivery?: {
    readonly request: RawRequest;
    readonly signsBody: boolean;
    /** Requests with a wrong proof. */
    readonly forged?: readonly RawRequest[];
    /** Other reports of the channel, and what each means. */
    readonly others?: readonly {
      readonly name: string;
      readonly request: RawRequest;
      readonly status: DeliveryEvent['status'];
    }[];
  };
  /** Recorded cases, a folder for each; every one is a check `N-70/name`. Without it, N-70 is skipped. */
  readonly cases?: CaseOptions<AnyNotifier>;
  /** Reasons by check id, for what the plugin can not do and has no capability to say so. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** What the notifier checks know. */
export interface NotifierSubject extends Subject<NotifierInstance> {
  readonly options: NotifierConformanceOptions;
  readonly definition: AnyNotifier;
}
