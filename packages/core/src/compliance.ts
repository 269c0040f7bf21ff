import type { Flag } from './flags.ts';
import { type Awaitable, type Call, type CheckResult, define, type Definition, type Instance } from './plugin.ts';
import type { RawRequest, RawResponse, Window } from './provider.ts';
import type { Issue, SecretReference, TypedSchema } from './schema.ts';

/** One member's value for a slot: the reading as the instrument gave it, in the unit of the regulator's parameter. */
export interface ReportValue {
  /** The exact decimal text of the value, never a rounded float; `null` when there is none. */
  readonly value: string | null;
  /** When it was measured, UTC milliseconds; null when there is none. */
  readonly at: number | null;
  readonly flag: Flag;
}

/** One slot of one obligation. */
export interface ReportSubmission {
  /** Ours; comes back in the outcome. */
  readonly id: string;
  /** The instant the regulator is told the measurement belongs to, UTC milliseconds. */
  readonly slot: number;
  /** By the regulator's parameter name. */
  readonly values: Readonly<Record<string, ReportValue>>;
}

/** What one request to the regulator is made from. `W` fits the target's `work` schema, `M` its `member` schema. */
export interface Report<W = unknown, M = unknown> {
  readonly work: { readonly code: string; readonly settings: W };
  /** By the regulator's parameter name. */
  readonly members: Readonly<Record<string, M>>;
  /** One or more; sent online, never more than the profile's `submissionsPerRequest`. */
  readonly submissions: readonly ReportSubmission[];
  /** How it goes; absent: `online`. For `manual` a file is rendered, which a person hands over; it is never submitted. */
  readonly delivery?: 'online' | 'manual';
}

/** A place in an artifact that is filled at the socket. The token stands in `url`, `headers` or `body`. */
export interface Slot {
  /** Stands in the artifact as `{{name}}`. */
  readonly name: string;
  readonly fill: { readonly secret: SecretReference } | { readonly sendTime: string };
}

/**
 * What will be sent, with its secrets and its send time left open: this is what is stored, hashed and shown. Rendering the
 * same report twice gives the same bytes.
 */
export interface Artifact {
  /** An HTTP method, or `FILE` for a file that a person hands over. */
  readonly method: string;
  /** Where it goes; for a `FILE` the name it should have. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly mediaType: string;
  readonly slots: readonly Slot[];
}

/** What came back, as it came back. `body` is at most 64 KiB of text; the rest is counted. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly truncatedBytes?: number;
}

/** What the regulator's answer means for one submission. Closed. */
export type Outcome =
  | { readonly status: 'accepted'; readonly receipt?: string }
  /** The regulator has a record with the same natural key. Whether it is ours is for `confirm` to say. */
  | { readonly status: 'duplicate'; readonly receipt?: string }
  | {
      readonly status: 'rejected';
      /** `final`: never again. `configuration`: when the configuration changed. `next-permitted-day`: by the resend calendar. */
      readonly until: 'final' | 'configuration' | 'next-permitted-day';
      readonly reason: string;
    };

export interface SubmitResult {
  /** By submission id. Every submission of the report has one. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  readonly answer: Answer;
}

/** What a read-back found. */
export type Confirmation =
  | { readonly status: 'confirmed'; readonly answer: Answer }
  | {
      readonly status: 'conflict';
      readonly differences: readonly { readonly parameter: string; readonly ours: string; readonly theirs: string }[];
      readonly answer: Answer;
    }
  /** The regulator does not know the receipt, or answered something that proves nothing. Ask again later. */
  | { readonly status: 'not-found'; readonly reason: string; readonly answer: Answer };

/** What a question by the natural key found, without any receipt. */
export type Lookup =
  /** There, once, and equal as decimals. */
  | { readonly status: 'found'; readonly receipt?: string; readonly answer: Answer }
  /** There with other values, or more than once: a difference says how often. */
  | {
      readonly status: 'differs';
      readonly differences: readonly { readonly parameter: string; readonly ours: string; readonly theirs: string }[];
      readonly receipt?: string;
      readonly answer: Answer;
    }
  /** The regulator said that it has none. After the profile's `lookUp.afterMs` only this lets a send go again. */
  | { readonly status: 'absent'; readonly answer: Answer }
  /** An answer that proves neither. Asked again later. */
  | { readonly status: 'unclear'; readonly reason: string; readonly answer: Answer };

/** What a target may read of our books when the regulator asks us. */
export interface ServeCall<W = unknown, M = unknown> extends Call {
  /** Every work reported to this target instance. */
  readonly works: readonly {
    readonly code: string;
    readonly settings: W;
    /** By the regulator's parameter name. */
    readonly members: Readonly<Record<string, M>>;
  }[];
  /** Every slot owed for a work, whether it went or not, oldest first. */
  history(work: string, window: Window): Promise<readonly ReportSubmission[]>;
}

/** A letter that a rule wants from the titular, ready to be read, completed and sent by a person. */
export interface Draft {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Until when it must have gone, UTC milliseconds. */
  readonly dueAt: number;
}

/** Reporting stood still, in UTC milliseconds. */
export interface Outage {
  readonly works: readonly string[];
  readonly from: number;
  /** Absent: it lasts. */
  readonly to?: number;
  readonly cause?: string;
}

export interface ComplianceInstance<W = unknown, M = unknown> extends Instance {
  /** Offline, pure: everything in the report that the regulator would refuse or, worse, store wrongly. */
  validate(report: Report<W, M>): Issue[];
  /** Pure and deterministic. Throws `invalid-data` for a report that does not validate. */
  render(report: Report<W, M>): Artifact;
  /**
   * Fills the slots, sends once and classifies the answer. Throws when there was no answer: `sent: 'no'` only when connecting
   * or TLS never completed. An answer that is not understood is `rejected`, never `accepted`.
   */
  submit(
    request: Call & { readonly artifact: Artifact; readonly report: Report<W, M>; readonly sendTime: number },
  ): Promise<SubmitResult>;
  /** Reads a receipt back and compares as decimals. Present when the profile says `readBack`. */
  confirm?(request: Call & { readonly receipt: string; readonly report: Report<W, M> }): Promise<Confirmation>;
  /**
   * Asks whether the regulator has the report's one submission, by the natural key: once, and nothing is changed by it. An answer that
   * is not understood is `unclear`, never `absent`. Present when the profile says `lookUp`.
   */
  find?(request: Call & { readonly report: Report<W, M> }): Promise<Lookup>;
  /** Can the work be reported with these credentials? Sends no measurement. */
  check(request: Call & { readonly work?: { readonly code: string; readonly settings: W } }): Promise<CheckResult>;
  /**
   * Answers requests that the regulator makes to us. It must know by itself who asks: the host checks nobody. `path` is what follows
   * the place where the host offers it, with a slash before.
   */
  serve?(request: RawRequest, call: ServeCall<W, M>): Awaitable<RawResponse>;
  /** The notice that the regulator wants of an outage, where its rules want one. Pure. */
  draftOutage?(outage: Outage): Draft;
}

/** When slots fall and until when they may be sent. Civil time is the profile's zone. */
export interface Calendar {
  /** `every: 'hour'` puts a slot at each whole hour; `day` and `month` at 00:00; `year` at the given months' first day. */
  readonly every: 'minute' | 'hour' | 'day' | 'month' | 'year';
  /**
   * For `minute` and `hour`: every so many of them, counted from midnight, for example 5 for a slot at each five minutes. A divisor of
   * a day, or the last step of a day would be shorter than the others. Default 1.
   */
  readonly step?: number;
  /** For `year`: months (1–12) with a slot on their first day. */
  readonly months?: readonly number[];
  /** A submission is due this long after its slot; later is late, not lost. */
  readonly dueMs: number;
  /** Past this the regulator calls it a transmission failure, to be reported as such. Calendar months as `{ months: 1 }`. */
  readonly maxLag: { readonly ms: number } | { readonly months: number };
  readonly delivery: 'online' | 'manual';
}

export interface ProfileParameter {
  readonly unit: string;
  readonly required: boolean;
  /** Decimal places on the wire. */
  readonly decimals: number;
  readonly description: string;
}

export type ResendRule = 'next-calendar-day' | 'immediately' | 'never';

/** One kind of measurement. */
export interface ProfileVariant {
  readonly parameters: Readonly<Record<string, ProfileParameter>>;
  /**
   * Present where the regulator assigns parameters work by work: an obligation's members have names of our own, each is required, and
   * the unit on the wire is what the member's setting of this name says.
   */
  readonly assigned?: { readonly unitSetting: string };
}

/** The regulator's rules as data: the host's outbox reads them and knows no regulator by name. */
export interface ComplianceProfile {
  readonly regulator: string;
  /** Fixed offset from UTC of the regulator's civil time, minutes. −240 for Chile's DGA and SMA, all year. */
  readonly utcOffsetMinutes: number;
  /** By variant name: which parameters a measurement has. */
  readonly variants: Readonly<Record<string, ProfileVariant>>;
  /** By standard name. */
  readonly standards: Readonly<Record<string, Calendar>>;
  /** What makes two measurements the same record at the regulator. */
  readonly naturalKey: readonly ('work' | 'slot' | 'parameter')[];
  /** `received`: a duplicate answer proves that the key is stored, not that the values are ours. */
  readonly duplicateMeans: 'received' | 'replaced' | 'doubled';
  readonly readBack: boolean;
  /**
   * The regulator can be asked by natural key, so nothing is sent a second time before it said that it has none. `afterMs`: a record can be
   * stored for so long before it is found; nobody asks earlier.
   */
  readonly lookUp?: { readonly afterMs: number };
  /** How a measurement that the regulator took is corrected, in the words that its rules or its desk use, for the person who does it. Absent: no way is known. */
  readonly correction?: string;
  /** When something that was answered, but not accepted, may be sent again. `immediately` is after five minutes, then ever more rarely. */
  readonly resend: ResendRule;
  /** The same for a request that was not answered, so that it may have arrived. Default: as `resend`. `never` leaves it to a person. */
  readonly resendUnknown?: ResendRule;
  /** Least time between sends of backlog, and of what. */
  readonly backlogSpacing: { readonly ms: number; readonly per: 'work' | 'informant' | 'instance' };
  /** What happens to a slot whose value has this flag, unless the obligation says otherwise. */
  readonly flags: Readonly<Record<Flag, 'send' | 'hold' | 'missing'>>;
  /** `all`: one missing required member makes the slot missing. `any`: what is there is sent. */
  readonly completeness: 'all' | 'any';
  readonly submissionsPerRequest: number;
}

export interface ComplianceDefinition<C = unknown, W = unknown, M = unknown> extends Definition<
  'compliance/v1',
  C,
  ComplianceInstance<W, M>
> {
  /** Settings of one work: variant, informant's credentials. */
  readonly work: TypedSchema<W>;
  /** Settings of one member: series → parameter. */
  readonly member: TypedSchema<M>;
  readonly profile: ComplianceProfile;
}

/** Types of config, work and member settings are inferred from the schemas. */
export const defineComplianceTarget = <C, W, M>(
  definition: Omit<ComplianceDefinition<C, W, M>, 'spec'>,
): ComplianceDefinition<C, W, M> => define({ ...definition, spec: 'compliance/v1' as const });
