import type { Answer, Artifact, DeliveryEvent, Flag, Json, Report } from '@caudal/core';
import type { AccessReads, AccessWrites } from './access.ts';
import type { Claim, Claims } from './claims.ts';
import type { ListReads } from './lists.ts';
import type { Outgoing, OutgoingKind, OutletRow } from './outgoing.ts';
import type {
  AlertRow,
  Asked,
  AttemptKind,
  AttemptRow,
  AuditEntry,
  ChainRow,
  Checkpoint,
  CorrectionRow,
  FeedAdvance,
  FeedPosition,
  FindingRow,
  KeptRow,
  Lane,
  LeaseClaim,
  LeaseRow,
  NewAlert,
  NewRaw,
  NoticeDelivery,
  NoticeRow,
  RawMark,
  RawRow,
  RawStatus,
  RecordedDelivery,
  Redecode,
  Reopen,
  SealedSecret,
  ScheduleSlot,
  SilenceRow,
  SignedHead,
  SubmissionRow,
  SubmissionState,
  ValueRow,
  Watermark,
} from './rows.ts';

import type { NewTaskStep, Recheck, TaskRow, TaskState, TaskStep } from './tasks.ts';

/** The order in which the committer serves writers when more waits than fits one group. */
export type WriteClass = 'attempt' | 'raw' | 'live' | 'backfill' | 'retention';

/** Everything that one run of the processor changes, in one transaction. */
export interface Processed {
  readonly marks: readonly RawMark[];
  /** Inserted, or updated when something differs; a changed number or text leaves a revision behind. */
  readonly values: readonly ValueRow[];
  readonly findings: readonly FindingRow[];
  readonly corrections: readonly CorrectionRow[];
  /** Keys, unique within a point, of findings and corrections that no longer hold. */
  readonly withdrawn: readonly { readonly point: string; readonly key: string }[];
  /**
   * Per point that was judged again: its findings and corrections with `from` at or after the instant, and its checkpoints
   * after it, are replaced by those of this run.
   */
  readonly rejudged: readonly { readonly point: string; readonly from: number }[];
  readonly checkpoints: readonly Checkpoint[];
  readonly watermarks: readonly Watermark[];
  /** By device: newest contact (arrival of an answer that was decodable). */
  readonly contacts: readonly { readonly device: string; readonly at: number }[];
  /** Readings that no binding wants: listed, never lost (raw keeps them). */
  readonly unclaimed: readonly {
    readonly instance: string;
    readonly device: string;
    readonly variable: string;
    readonly count: number;
    readonly lastAt: number;
    readonly lastRaw: string;
  }[];
  readonly basis: readonly { readonly id: string; readonly content: Json }[];
  readonly reopened: readonly Reopen[];
  /** Reopen requests that this run fulfilled, with the serial they were read with: a later request for the same stays. */
  readonly settled: readonly { readonly point: string; readonly from: number; readonly serial?: number }[];
  readonly alerts: readonly NewAlert[];
  /** Open alerts that ended, by (rule, subject). */
  readonly ended: readonly { readonly rule: string; readonly subject: string; readonly at: number }[];
  readonly audit?: readonly AuditEntry[];
}

/** A batch that changes nothing: the parts that a caller has are put over it. */
export const nothingProcessed: Processed = {
  marks: [],
  values: [],
  findings: [],
  corrections: [],
  withdrawn: [],
  rejudged: [],
  checkpoints: [],
  watermarks: [],
  contacts: [],
  unclaimed: [],
  basis: [],
  reopened: [],
  settled: [],
  alerts: [],
  ended: [],
};

/** A change of a submission. Refused (not in the result) when `epoch` is not the stored one. */
export interface SubmissionChange {
  readonly id: string;
  readonly epoch: number;
  readonly state: SubmissionState;
  readonly nextAt: number;
  readonly report?: Report;
  readonly sources?: SubmissionRow['sources'];
  /** Series whose values up to the slot concern it, from now on. */
  readonly watched?: readonly string[];
  readonly receipt?: string;
  readonly reason?: string | null;
  readonly sentAt?: number;
  readonly confirmedAt?: number;
  readonly configuration?: string | null;
}

export interface AttemptEnd {
  readonly id: string;
  readonly endedAt: number;
  readonly outcome: Exclude<AttemptRow['outcome'], 'open'>;
  readonly reason?: string;
  readonly answer?: Answer;
}

/**
 * What the pipeline does to disk. Each operation takes a batch, runs in one transaction, and resolves after COMMIT (synced).
 * A bad operation fails alone, also when it shared a group commit with good ones. The same suite runs on every engine.
 */
export interface StoreWrites extends AccessWrites {
  /**
   * Stores bodies; answers which ids are on disk and which were repeats of the last answer to the same request. Records that waited for
   * one of them are in the queue again. Rejects with `transient`, and stores nothing, when the lease is somebody else's by now.
   */
  appendRaw(
    rows: readonly NewRaw[],
    given?: RawCondition,
  ): Promise<{ readonly stored: readonly string[]; readonly repeated: readonly string[] }>;
  /** Takes the oldest PENDING records by lane, marks them PROCESSING and returns them. */
  claimRaw(input: { readonly limit: number; readonly maxBytes: number }): Promise<readonly RawRow[]>;
  commitProcessed(processed: Processed): Promise<void>;
  /** Records that waited for another too long are SKIPPED with that reason, at most so many. Answers how many. */
  endWaiting(limit: number): Promise<number>;
  /** Records PROCESSING at start belong to a run that died: they are PENDING again. Answers how many. */
  recoverRaw(): Promise<number>;
  /** PENDING again, to be decoded anew; `reprocess` and requeue. */
  requeueRaw(filter: RawFilter, audit: AuditEntry): Promise<number>;
  reopen(rows: readonly Reopen[], audit?: AuditEntry): Promise<void>;

  /** Creates slots that do not exist yet; answers those created. */
  expectSubmissions(rows: readonly NewSubmission[]): Promise<number>;
  /**
   * Answers the ids that were changed. Audit entries about a refused submission are left out. A report is not changed any more after
   * the first attempt: that change fails with `invalid-data`.
   */
  changeSubmissions(changes: readonly SubmissionChange[], audit?: readonly AuditEntry[]): Promise<readonly string[]>;
  /** In one transaction: submission → `sending` by epoch, attempt row `open`, audit appended. Answers false, and changes nothing, when the epoch is stale. */
  openAttempt(input: {
    readonly id: string;
    readonly submission: string;
    readonly epoch: number;
    readonly kind: AttemptKind;
    readonly artifact: Artifact | null;
    readonly artifactHash: string | null;
    readonly startedAt: number;
    readonly audit: readonly AuditEntry[];
  }): Promise<boolean>;
  /**
   * In one transaction: attempt ended, submission changed, alerts raised or ended, audit appended. Answers false, and changes
   * nothing, when the epoch is stale or the attempt has ended.
   */
  closeAttempt(input: {
    readonly attempt: AttemptEnd;
    readonly change: SubmissionChange;
    readonly alerts: readonly NewAlert[];
    readonly ended: readonly { readonly rule: string; readonly subject: string; readonly at: number }[];
    readonly audit: readonly AuditEntry[];
    readonly tasks?: readonly { readonly step: NewTaskStep; readonly entry: AuditEntry }[];
  }): Promise<boolean>;

  /**
   * Takes steps of tasks, each with its entry of the audit, and settles what asked for them. Answers the tasks that took theirs: a task that
   * somebody else changed meanwhile takes none, and its entry is left out.
   */
  putTasks(input: {
    readonly steps: readonly { readonly step: NewTaskStep; readonly entry: AuditEntry }[];
    readonly settled: readonly number[];
    readonly audit?: readonly AuditEntry[];
  }): Promise<readonly string[]>;

  /** Stops the sends of a scope. Answers false when they are stopped already. */
  stopSends(stop: SendSwitch, audit: AuditEntry): Promise<boolean>;
  /** Lets them go again. Answers false when they were not stopped. */
  resumeSends(scope: string, audit: AuditEntry): Promise<boolean>;

  /** Opens alerts that are not open yet (one per rule and subject), closes others. Answers the ids newly opened. */
  changeAlerts(input: {
    readonly open: readonly NewAlert[];
    readonly close: readonly { readonly rule: string; readonly subject: string; readonly at: number }[];
  }): Promise<readonly string[]>;
  /**
   * Creates notices and marks their alerts as told, in one transaction. An existing id is left alone.
   *
   * @param by when, and the delay of the subscriptions that asked for it; absent: marks nothing of it
   */
  createNotices(
    rows: readonly NoticeRow[],
    toldAlerts: readonly string[],
    by?: { readonly at: number; readonly afterMs: number },
  ): Promise<void>;
  /** Takes note of open alerts, or of ones that ended; `ends` closes it. Answers false when somebody did already or there is none. */
  ackAlert(
    input: {
      readonly alert: string;
      readonly at: number;
      readonly by: string;
      readonly note: string;
      readonly ends: boolean;
    },
    audit: AuditEntry,
  ): Promise<boolean>;
  /** Silences that ended more than 30 days ago go at the same time. */
  addSilence(row: SilenceRow, audit: AuditEntry): Promise<void>;
  /** Answers false when there is none. */
  removeSilence(id: string, audit: AuditEntry): Promise<boolean>;
  changeNotices(
    changes: readonly (Pick<NoticeRow, 'id' | 'state' | 'nextAt'> &
      Partial<Pick<NoticeRow, 'externalId' | 'reason' | 'attempts' | 'sentAt' | 'message'>>)[],
  ): Promise<void>;

  /**
   * Reports of a channel about messages that are ours or are being sent; any order and repetition ends in the same. Answers those
   * that were new.
   */
  recordDeliveries(channel: string, events: readonly DeliveryEvent[]): Promise<readonly RecordedDelivery[]>;

  /**
   * Takes a slot of a schedule, or one that is open and whose taker let its time pass. Answers which attempt this is, or null: somebody
   * else has it, or it is over.
   */
  takeSlot(slot: Pick<ScheduleSlot, 'schedule' | 'slot' | 'at' | 'until' | 'missed'>): Promise<number | null>;
  /** Ends a slot. With `againAt` it stays open until then, unless this was the last attempt. */
  endSlot(
    end: Pick<ScheduleSlot, 'schedule' | 'slot' | 'at' | 'result' | 'error'> & { readonly againAt?: number },
  ): Promise<void>;
  /** A slot at once, for whoever runs the schedule. Answers false when one was asked for at the same instant. */
  askSlot(
    asked: { readonly schedule: string; readonly at: number; readonly by: string },
    audit: AuditEntry,
  ): Promise<boolean>;
  /** The right to a stream, when it is free or the holder's own: answers its new epoch, or null when somebody else has it. */
  takeLease(input: {
    readonly instance: string;
    readonly device: string;
    readonly holder: string;
    readonly until: number;
  }): Promise<number | null>;
  /** Answers those that could be renewed; the others are lost. */
  renewLeases(claims: readonly LeaseClaim[], until: number): Promise<readonly LeaseClaim[]>;
  /** Gives a lease up: from now on nothing is written in its name. */
  dropLease(claim: LeaseClaim): Promise<void>;
  /** Leases at the start of the one process that may own the database belong to a run that died. Answers how many. */
  recoverLeases(): Promise<number>;
  /** Small facts that belong to nobody else, for example the collector's position of a cursor feed. */
  remember(facts: readonly { readonly key: string; readonly value: Json }[]): Promise<void>;
  /** Planned reads that outlive a restart: backfills and gaps. */
  planReads(rows: readonly PlannedRead[]): Promise<void>;
  changeReads(changes: readonly PlannedReadChange[]): Promise<void>;
  /**
   * In one transaction: up to where a vendor was asked, which never goes back, and what is planned or ended by that. `to` null: only an
   * answer of something earlier came.
   */
  noteReads(input: {
    readonly asked: readonly (Omit<Asked, 'to'> & { readonly to: number | null })[];
    readonly planned?: readonly PlannedRead[];
    readonly changed?: readonly PlannedReadChange[];
  }): Promise<void>;
  /** Planned reads that ended and were due before the cut, in small batches. Answers how many went. */
  forgetReads(input: { readonly before: number; readonly limit: number }): Promise<number>;
  /** Appends to the chain. Entries of other operations go there in those operations' transactions. */
  audit(entries: readonly AuditEntry[]): Promise<void>;
  /** Keeps a signed head; one for an entry that has one already is left out. */
  putHead(head: SignedHead): Promise<void>;
  headsPublished(seqs: readonly number[]): Promise<void>;
  /** Raw without a submission behind it, older than the cut, in small batches. Answers how many went. */
  deleteOldRaw(input: Forgetting): Promise<number>;
  /** Puts a pack in the place of the bodies that it holds. Rejects with `transient`, and changes nothing, when a record has changed. */
  putPack(pack: RawPack): Promise<boolean>;
  /** Takes a pack apart that holds bodies of records that are gone; the others are bodies of their own again. Answers how many, 0 when there is none. */
  loosenPack(): Promise<number>;
  /**
   * Submissions that ended, with their attempts, artifacts, answers and receipts; slot, sending and confirmation before the cut. Values
   * behind them go too when they are before `valuesBefore`. Answers how many submissions went.
   */
  endSubmissions(input: Forgetting & { readonly valuesBefore: number }): Promise<number>;
  /** Values, with their revisions, behind no submission. Answers how many went. */
  forgetValues(input: Forgetting): Promise<number>;
  /** Findings and corrections over before the cut. Answers how many went. */
  forgetFindings(input: Forgetting): Promise<number>;
  /**
   * Notices that ended and were written before, with what their channels reported of them. Answers how many went, and where to go on:
   * null at the end.
   */
  forgetNotices(
    input: Forgetting & { readonly after?: { readonly at: number; readonly id: string } },
  ): Promise<{ readonly gone: number; readonly next: { readonly at: number; readonly id: string } | null }>;
  /**
   * Keeps versions of data, with what follows from them, in one transaction. Answers the new serial and the version of each change, or,
   * when anything was kept since `basis`, the serial that was found; then nothing is kept.
   */
  keep(
    change: KeptChange,
  ): Promise<{ readonly serial: number; readonly versions: readonly number[] } | { readonly stale: number }>;
  /** What a change asked for is PENDING again, and the request is settled; a later one for the same device stays. Answers how many. */
  redecode(asked: Redecode, audit: AuditEntry): Promise<number>;
  putSecret(secret: Omit<SealedSecret, 'version'>, audit: AuditEntry): Promise<void>;
  /** The same secrets under another key; those of another version by now are left. Answers how many. */
  resealSecrets(
    rows: readonly Pick<SealedSecret, 'name' | 'version' | 'keyId' | 'sealed'>[],
    audit: AuditEntry,
  ): Promise<number>;
  /** Answers false when there is none. */
  removeSecret(name: string, audit: AuditEntry): Promise<boolean>;
  /** Slots of schedules claimed before; the newest of each schedule stays. Answers how many went. */
  forgetSlots(input: { readonly before: number; readonly limit: number }): Promise<number>;
  /**
   * An outlet that is configured: from its first time on, what it wants is noted in the transaction that changes it.
   *
   * @param from values that are stored already are noted for it from this instant on; null: none. Counts the first time only
   */
  openOutlet(input: {
    readonly name: string;
    readonly wants: readonly OutgoingKind[];
    readonly from: number | null;
  }): Promise<void>;
  /**
   * An outlet has acknowledged what stands before `to`; what all outlets have goes.
   *
   * @throws CaudalError kind `transient` when it does not stand at `from`: another has moved it
   */
  advanceOutlet(input: { readonly name: string; readonly from: number; readonly to: number }): Promise<void>;
  /** Notes older values for an outlet that begins with them, at most so many. Answers how many, and whether there are more. */
  fillOutlet(input: {
    readonly name: string;
    readonly limit: number;
  }): Promise<{ readonly noted: number; readonly more: boolean }>;
  /** Outlets that no configuration has had since, and in small batches what was noted for them alone. Answers how many rows went. */
  forgetOutlets(input: { readonly before: number }): Promise<number>;
}

/** What may not go by age: everything of a point, a device or a work in a period. */
export interface Held {
  /** Half open; null for whatever comes. Of raw records the arrival counts, of submissions the slot, of values their instant. */
  readonly from: number;
  readonly to: number | null;
  readonly devices: readonly string[];
  /** Raw records of these that name no device are held too. */
  readonly instances: readonly string[];
  readonly points: readonly string[];
  readonly series: readonly string[];
  readonly obligations: readonly string[];
}

/** How far retention may go in one operation. */
export interface Forgetting {
  readonly before: number;
  readonly limit: number;
  readonly held?: readonly Held[];
}

/** Bodies of raw records, compressed together. */
export interface RawPack {
  readonly codec: string;
  /** Bytes before compression. */
  readonly size: number;
  readonly data: Uint8Array;
  readonly parts: readonly {
    readonly seq: number;
    readonly id: string;
    readonly size: number;
    /** Where the body begins. */
    readonly start: number;
    /** SHA-256 of the body. */
    readonly hash: Uint8Array;
  }[];
}

/** What has to hold when bodies are stored, and what is noted in the same transaction. */
export interface RawCondition {
  readonly lease?: LeaseClaim;
  /** Where the records came from: stored in the same transaction, or nothing is. */
  readonly feed?: FeedAdvance;
  readonly audit?: readonly AuditEntry[];
}

export interface NewSubmission extends Pick<
  SubmissionRow,
  'id' | 'obligation' | 'target' | 'work' | 'slot' | 'nextAt' | 'dueAt' | 'maxLagAt'
> {
  /** Why the slot is another system's: created as `elsewhere`. Absent: `expected`. */
  readonly elsewhere?: string;
}

/** Submissions of one obligation in one state. */
export interface SlotStates {
  readonly obligation: string;
  readonly state: SubmissionState;
  readonly count: number;
  /** One of the reasons. */
  readonly reason: string | null;
}

/** What an obligation still owes. */
export interface Owing {
  readonly obligation: string;
  readonly state: SubmissionState;
  readonly count: number;
  readonly oldestSlot: number;
  readonly nearestDueAt: number;
  /** The nearest deadline that has not passed; null when all have. */
  readonly nextDueAt: number | null;
  readonly nearestMaxLagAt: number;
}

/** Somebody stopped the sends of `scope`. */
export interface SendSwitch {
  /** `all`, or a subject: `target:dga`, `work:dga/OB-0101-1`, `credential:dga/env:PASSWORD`. */
  readonly scope: string;
  readonly since: number;
  readonly actor: string;
  readonly reason: string;
}

export interface PlannedRead {
  readonly id: string;
  readonly instance: string;
  readonly device: string;
  readonly variables: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly lane: Lane;
  readonly state: 'open' | 'done' | 'failed';
  readonly page: Json | null;
  readonly nextAt: number;
  readonly reason: string | null;
}

export type PlannedReadChange = Pick<PlannedRead, 'id' | 'state'> &
  Partial<Pick<PlannedRead, 'page' | 'nextAt' | 'reason'>>;

export interface RawFilter {
  readonly ids?: readonly string[];
  readonly instance?: string;
  readonly device?: string;
  /** Of the device, and those of the instance that name no device: they may be of any. */
  readonly feeding?: { readonly instance: string; readonly device: string };
  readonly status?: readonly RawStatus[];
  readonly from?: number;
  readonly to?: number;
}

/** One act on kept data: what is kept, and everything that has to follow from it. */
export interface KeptChange {
  /** The serial as of which the data was judged. */
  readonly basis: number;
  /** Null content removes. No two of one kind and id. */
  readonly changes: readonly { readonly kind: string; readonly id: string; readonly content: Json | null }[];
  readonly author: string;
  readonly reason: string;
  readonly at: number;
  /** Points to be judged again. */
  readonly reopened: readonly Reopen[];
  /** Devices whose records are to be decoded again. */
  readonly redecode: readonly Omit<Redecode, 'serial'>[];
  readonly audit: readonly AuditEntry[];
}

/** Alerts by opening, after a place. */
export interface AlertPage {
  readonly after?: Pick<AlertRow, 'openedAt' | 'id'>;
  readonly limit: number;
}

/** Reads see everything committed before they started. Every list is bounded by `limit`. */
export interface StoreReads extends AccessReads, ListReads {
  watermarks(devices: readonly string[]): Promise<readonly Watermark[]>;
  asked(devices: readonly string[]): Promise<readonly Asked[]>;
  /** Open reads of devices, backfills apart, that touch [from, to]; the oldest ten thousand. */
  openReads(input: {
    readonly devices: readonly string[];
    readonly from: number;
    readonly to: number;
  }): Promise<readonly Pick<PlannedRead, 'device' | 'variables' | 'from' | 'to'>[]>;
  /** Raw that is not decoded yet, by what it may be of; `devices` null: whatever the instance has. `oldest` arrival. */
  undecoded(): Promise<
    readonly { readonly instance: string; readonly devices: readonly string[] | null; readonly oldest: number }[]
  >;
  contacts(): Promise<readonly { readonly device: string; readonly at: number }[]>;
  /** Current values of the given series in [from, to), by time. */
  values(input: {
    readonly series: readonly string[];
    readonly from: number;
    readonly to: number;
    readonly limit?: number;
  }): Promise<readonly ValueRow[]>;
  /** For each request the newest value of the series with `from <= at <= to`, or null. */
  valuesAt(
    requests: readonly { readonly series: string; readonly from: number; readonly to: number }[],
  ): Promise<readonly (ValueRow | null)[]>;
  /** Current values of one series in [from, to) as columns, by time: NaN where there is no value. The oldest so many. */
  valueSamples(input: {
    readonly series: string;
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<{ readonly time: Float64Array; readonly value: Float64Array; readonly flag: Uint8Array }>;
  /** Instants of a series' current values in [from, to). */
  instants(series: string, from: number, to: number): Promise<readonly number[]>;
  /** For each series the instant of its newest value that is one; null when there is none. */
  newestReadings(series: readonly string[]): Promise<readonly (number | null)[]>;
  /** The newest value of each series, by series name. */
  latestValues(limit: number): Promise<readonly ValueRow[]>;
  revisions(series: string, at: number): Promise<readonly (ValueRow & { readonly replacedAt: number })[]>;
  findings(input: {
    readonly point?: string;
    readonly series?: string;
    readonly from?: number;
    readonly to?: number;
    readonly limit: number;
  }): Promise<readonly FindingRow[]>;
  corrections(series: string): Promise<readonly CorrectionRow[]>;
  /** Newest checkpoint of the point with `frontier < before` and the given rule set; `Infinity` for the newest of all. */
  checkpointBefore(point: string, before: number, rules: string): Promise<Checkpoint | null>;
  /** Checkpoints with `frontier >= from`, oldest first. */
  checkpointsFrom(point: string, from: number, rules: string): Promise<readonly Checkpoint[]>;
  reopens(limit: number): Promise<readonly Reopen[]>;
  raw(id: string): Promise<RawRow | null>;
  rawList(filter: RawFilter, limit: number): Promise<readonly Omit<RawRow, 'body' | 'envelope'>[]>;
  /** Newest arrival first, before the given place. */
  pageRaw(
    filter: RawFilter,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<readonly (Omit<RawRow, 'body' | 'envelope'> & { readonly seq: number; readonly bytes: number })[]>;
  /**
   * What records need, by their own id: the newest record of the instance with that key stored before them, else the first after.
   * Each needed record comes once; a record whose need is not there is left out of `of`.
   */
  neededRaw(wanted: readonly { readonly id: string; readonly instance: string; readonly key: string }[]): Promise<{
    readonly records: readonly RawRow[];
    readonly of: readonly { readonly id: string; readonly needed: string }[];
  }>;
  /** Records of the live lane behind values of the series with `from <= at < to`, newest arrival first. */
  recordsOf(input: {
    readonly series: readonly string[];
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<readonly { readonly id: string; readonly receivedAt: number }[]>;
  leases(limit: number): Promise<readonly LeaseRow[]>;
  /** How far a topic's partitions are stored; those that never brought anything are left out. */
  feedPositions(topic: string): Promise<readonly FeedPosition[]>;
  outlets(): Promise<readonly OutletRow[]>;
  /** Changes from a serial on, in the order in which they were committed, whatever outlet they are for. */
  outgoing(input: { readonly from: number; readonly limit: number }): Promise<readonly Outgoing[]>;
  /** Of each series the instant of the newest final value, or of the newest at all. Series without any are left out. */
  newestOutgoing(series: readonly string[], provisional: boolean): Promise<ReadonlyMap<string, number>>;
  /** Submissions by state whose `nextAt` has come, fresh ones first, then by slot. */
  dueSubmissions(input: {
    readonly states: readonly SubmissionState[];
    readonly at: number;
    readonly limit: number;
    readonly target?: string;
    /** Codes of works that are left out, so that what may not go now never hides what may. */
    readonly exceptWorks?: readonly string[];
    /** Only those in time, or only those that are late. Default both. */
    readonly only?: 'fresh' | 'late';
  }): Promise<SubmissionRow[]>;
  submission(id: string): Promise<SubmissionRow | null>;
  submissionBy(
    key: { readonly obligation: string; readonly slot: number } | { readonly receipt: string },
  ): Promise<SubmissionRow | null>;
  submissionList(input: {
    readonly obligation?: string;
    readonly states?: readonly SubmissionState[];
    readonly from?: number;
    readonly to?: number;
    readonly limit: number;
  }): Promise<readonly SubmissionRow[]>;
  /** Submissions that name a value as their source. */
  submissionsOf(series: string, at: number): Promise<readonly SubmissionRow[]>;
  /** Of one work at a target, oldest slot first, after the given one. */
  submissionsOfWork(input: {
    readonly target: string;
    readonly work: string;
    readonly from: number;
    readonly to: number;
    readonly after: { readonly slot: number; readonly id: string } | undefined;
    readonly limit: number;
  }): Promise<readonly SubmissionRow[]>;
  /** Of each obligation the newest slot that has a row, in the order asked; null where none has. */
  newestSlots(obligations: readonly string[]): Promise<readonly (number | null)[]>;
  /** Start of the newest `submit` attempt per work of a target, and of the newest one that was late then, where one is later than `since`. */
  lastSends(
    target: string,
    since?: number,
  ): Promise<readonly { readonly work: string; readonly at: number; readonly lateAt: number | null }[]>;
  /** `quarantined` ones by id, after the given one. */
  quarantined(after: string, limit: number): Promise<readonly SubmissionRow[]>;
  /** Per obligation: open submissions that have not reached the regulator as far as is known. */
  owing(at: number): Promise<readonly Owing[]>;
  /** What became of the slots in [from, to). */
  slotStates(from: number, to: number): Promise<readonly SlotStates[]>;
  switches(): Promise<readonly SendSwitch[]>;
  /** What may concern something reported, oldest first. */
  rechecks(limit: number): Promise<readonly Recheck[]>;
  task(id: string): Promise<TaskRow | null>;
  /** By slot. */
  taskList(input: {
    readonly states?: readonly TaskState[];
    readonly obligation?: string;
    readonly after?: { readonly slot: number; readonly id: string };
    readonly limit: number;
  }): Promise<readonly TaskRow[]>;
  tasksOf(submissions: readonly string[]): Promise<readonly TaskRow[]>;
  /** Everything that happened to a task. */
  taskSteps(id: string): Promise<readonly TaskStep[]>;
  /** Open tasks by obligation. */
  openTasks(): Promise<readonly { readonly obligation: string; readonly count: number; readonly oldestSlot: number }[]>;
  attempts(submission: string): Promise<readonly AttemptRow[]>;
  openAttempts(): Promise<readonly AttemptRow[]>;
  /** Open alerts, oldest first; `untold` only those no notice tells of yet and nobody took note of. */
  openAlerts(input: AlertPage & { readonly untold?: boolean }): Promise<readonly AlertRow[]>;
  /**
   * Open alerts that people were told of and nobody took note of, oldest first: first told until `firstToldBy` and not yet told to those
   * who hear after `afterMs`; or last told until `toldBy`.
   */
  unackedAlerts(
    input: AlertPage & {
      readonly which: { readonly firstToldBy: number; readonly afterMs: number } | { readonly toldBy: number };
    },
  ): Promise<readonly AlertRow[]>;
  /** Of these rules, that are open or ended since. */
  alertsOfRules(input: {
    readonly rules: readonly string[];
    readonly since: number;
    readonly limit: number;
  }): Promise<readonly AlertRow[]>;
  /** Those that hold at an instant, the first to end first. */
  silences(input: { readonly at: number; readonly limit: number }): Promise<readonly SilenceRow[]>;
  alerts(ids: readonly string[]): Promise<readonly AlertRow[]>;
  /** `pending` ones whose `nextAt` has come, and `sending` ones whose sender let it pass. Oldest first. */
  dueNotices(at: number, limit: number): Promise<readonly NoticeRow[]>;
  notices(limit: number): Promise<readonly NoticeRow[]>;
  /** What was reported of these notices, by notice and time. */
  deliveries(notices: readonly string[]): Promise<readonly NoticeDelivery[]>;
  /** Notices that did not reach their person, the last reported first. */
  undelivered(limit: number): Promise<readonly (NoticeDelivery & Pick<NoticeRow, 'person' | 'channel' | 'event'>)[]>;
  /** By id. */
  pageReads(input: {
    readonly states?: readonly PlannedRead['state'][];
    readonly device?: string;
    readonly after: string;
    readonly limit: number;
  }): Promise<readonly PlannedRead[]>;
  reads(input: {
    readonly state: PlannedRead['state'];
    readonly device?: string;
    readonly limit: number;
  }): Promise<readonly PlannedRead[]>;
  /** The next open read of each device whose time has come: gaps before backfills. */
  dueReads(at: number, limit: number): Promise<readonly PlannedRead[]>;
  /** The newest slot of the calendar that was taken. */
  lastSlot(schedule: string): Promise<number | null>;
  /** Slots to be taken: those that were asked for, and those whose taker let its time pass. */
  openSlots(at: number, limit: number): Promise<readonly ScheduleSlot[]>;
  /** Newest first. */
  slotList(input: {
    readonly schedule: string;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly ScheduleSlot[]>;
  /** How many slots nobody took, as slots since then found. */
  missedSlots(since: number): Promise<readonly { readonly schedule: string; readonly missed: number }[]>;
  recall(key: string): Promise<Json | null>;
  /** Newest first. */
  unclaimed(limit: number): Promise<Processed['unclaimed']>;
  /** Counts for status, metrics and the judge of a run. */
  counts(): Promise<{
    readonly raw: Readonly<Record<RawStatus, number>>;
    readonly repeats: number;
    /** PENDING ones that wait for another record. */
    readonly parkedRaw: number;
    /** Arrival of the oldest in the queue. */
    readonly oldestPendingRaw: number | null;
    readonly values: Readonly<Record<Flag, number>>;
    readonly findings: Readonly<Record<string, number>>;
    readonly submissions: Readonly<Record<SubmissionState, number>>;
    readonly notices: Readonly<Record<NoticeRow['state'], number>>;
    readonly tasks: Readonly<Record<TaskState, number>>;
    readonly openAlerts: number;
    readonly reopens: number;
  }>;
  /** What has to add up: what came in by instance and what was taken by retention, and what is there by status. `rows` counts those too. */
  conservation(input: { readonly rows: boolean }): Promise<{
    readonly stored: Readonly<Record<string, number>>;
    readonly forgotten: Readonly<Record<string, number>>;
    readonly raw: Readonly<Record<string, number>>;
    readonly owed: number;
    /** Submissions that went by age. */
    readonly ended: number;
    readonly submissions: Readonly<Record<string, number>>;
    readonly found: {
      readonly bodies: number;
      readonly instances: Readonly<Record<string, number>>;
      readonly statuses: Readonly<Record<string, number>>;
      readonly submissions: Readonly<Record<string, number>>;
    } | null;
  }>;
  /** What `deleteOldRaw` would take, by instance. */
  oldRaw(input: {
    readonly before: number;
    readonly held: readonly Held[];
  }): Promise<readonly { readonly instance: string; readonly records: number; readonly bytes: number }[]>;
  /** What `endSubmissions` would take, by work. */
  oldSubmissions(input: {
    readonly before: number;
    readonly held: readonly Held[];
  }): Promise<readonly { readonly target: string; readonly work: string; readonly submissions: number }[]>;
  /**
   * Raw records whose bodies may be packed, in groups of one device and one month: those behind a submission that arrived before `kept`, and
   * others before `others`. Each list of `seq` is a pack.
   */
  packable(input: {
    readonly kept: number;
    readonly others: number;
    readonly records: number;
    readonly bytes: number;
  }): Promise<readonly (readonly number[])[]>;
  /** The pack of these records, as far as they are not packed yet. */
  rawPack(seqs: readonly number[]): Promise<RawPack>;
  /** What is packed, in bytes before and after; the oldest submission, and when it will go. */
  retained(input: { readonly years: number }): Promise<{
    readonly packed: { readonly records: number; readonly bytes: number; readonly storedBytes: number };
    readonly submissions: { readonly ended: number; readonly oldestSlot: number | null };
    readonly nextEnd: number | null;
  }>;
  basis(id: string): Promise<Json | null>;
  /** Kept data that is not removed, after a key, in order of kind and id; and the serial it was read at. */
  keptPage(input: {
    readonly after: { readonly kind: string; readonly id: string };
    readonly limit: number;
  }): Promise<{ readonly serial: number; readonly rows: readonly KeptRow[] }>;
  /** Versions of one thing, newest first, below one. */
  keptHistory(input: {
    readonly kind: string;
    readonly id: string;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly KeptRow[]>;
  /** The serial of the newest change; 0 before the first. */
  keptSerial(): Promise<number>;
  /** Oldest first. */
  redecodes(limit: number): Promise<readonly Redecode[]>;
  secret(name: string): Promise<SealedSecret | null>;
  /** By name, after one. */
  secrets(input: { readonly after: string; readonly limit: number }): Promise<readonly SealedSecret[]>;
  auditTrail(input: { readonly subject?: string; readonly limit: number }): Promise<readonly AuditEntry[]>;
  /** The newest entry of the chain. */
  chainEnd(): Promise<ChainRow | null>;
  /** Entries after one, in order. */
  chainPage(input: { readonly after: number; readonly limit: number }): Promise<readonly ChainRow[]>;
  /** Every entry about a subject, in order. */
  chainOf(subject: string): Promise<readonly ChainRow[]>;
  /** Signed heads after an entry, in order. */
  heads(input: { readonly after?: number; readonly limit: number }): Promise<readonly SignedHead[]>;
  newestHead(): Promise<SignedHead | null>;
  unpublishedHeads(limit: number): Promise<readonly SignedHead[]>;
  /** Hashes of what stands behind a submission's report: null while it has none. A raw record that is gone has no hash. */
  evidenceOf(submission: string): Promise<{
    /** SHA-256 of the canonical report. */
    readonly report: string;
    readonly sources: readonly {
      readonly series: string;
      readonly at: number;
      readonly raw: string;
      /** SHA-256 of the body. */
      readonly hash: string | null;
    }[];
    /** SHA-256 of the content of each basis: versions of binding, meter, calibration and rules. */
    readonly basis: Readonly<Record<string, string>>;
  } | null>;
}

export interface DiskTrouble {
  readonly since: number;
  readonly reason: string;
}

export interface Store {
  readonly write: StoreWrites & {
    /** The same writes in another class; plain `write` uses the class that fits the operation. */
    as(writeClass: WriteClass): StoreWrites;
  };
  readonly read: StoreReads;
  /** Who does what, where several instances may work; null for a file, which is one process's own. */
  readonly claims: Claims | null;
  /** The same store for what is done in the name of a claim: once that is another instance's, every write of it rejects, and `onLost` is told. */
  under(claim: Claim, onLost: () => void): Store;
  /** What the disk refused, since when; null while it takes what is written. Only {@link Store.probe} ends it. */
  readonly disk: DiskTrouble | null;
  /** Tries whether the disk takes something again, when it did not. Answers whether it does. */
  probe(): Promise<boolean>;
  /** Operations handed in and not answered yet. 0: the store is at rest. */
  readonly waiting: number;
  /** Since when the writer answers nothing that it was handed; null while it is at rest or moves. */
  readonly unanswered: number | null;
  /** Facts for `doctor` and `/metrics`: engine, versions, sizes, group commits so far. */
  readonly facts: () => Promise<Readonly<Record<string, string | number>>>;
  /** Waits for what was handed in, checkpoints, gives the lock back. Safe twice. */
  close(): Promise<void>;
}
