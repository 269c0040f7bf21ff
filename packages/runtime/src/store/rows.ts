import type {
  Answer,
  Artifact,
  Correction,
  DeliveryEvent,
  Finding,
  Flag,
  Json,
  RawEnvelope,
  Report,
} from '@caudal/core';
import type { SubmissionState } from './submission-states.ts';

export { type SubmissionState, submissionStates } from './submission-states.ts';

export type { AuditEntry, ChainRow } from '../evidence/chain.ts';
export type { SignedHead } from '../evidence/heads.ts';

/** Claimed in this order: what is happening now, what was missed, what is old. */
export const lanes = ['live', 'gap', 'backfill'] as const;
export type Lane = (typeof lanes)[number];

export type RawStatus = 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'SKIPPED';

/** A body on its way to disk. */
export interface NewRaw {
  /** Given at arrival; the same id never names other bytes. */
  readonly id: string;
  readonly instance: string;
  readonly lane: Lane;
  readonly receivedAt: number;
  readonly envelope: RawEnvelope;
  readonly body: Uint8Array;
  /**
   * Names the request this answers. A body identical to the last answer to the same request is counted, not stored. Absent for
   * pushes, which are always stored, as are records with a key.
   */
  readonly request?: string;
}

/** Moves a partition of a topic on, with the records that came from it. */
export interface FeedAdvance {
  readonly topic: string;
  readonly partition: number;
  /** Where its reader found it; null when it had no position yet. */
  readonly from: number | null;
  /** Offset of the first record that is not stored then. */
  readonly to: number;
  readonly holder: string;
}

/** How far a partition is stored. */
export interface FeedPosition {
  readonly partition: number;
  readonly next: number;
  /** Who stored last. */
  readonly holder: string;
  readonly at: number;
}

export interface RawRow {
  readonly id: string;
  readonly instance: string;
  readonly lane: Lane;
  readonly status: RawStatus;
  readonly receivedAt: number;
  readonly envelope: RawEnvelope;
  readonly body: Uint8Array;
  /** Why it FAILED or was SKIPPED; of a PENDING one, what it waits for. */
  readonly reason: string | null;
  /** How often the same answer came again. */
  readonly repeats: number;
  readonly processedAt: number | null;
}

/** Names the right to write for a stream. */
export interface LeaseClaim {
  readonly instance: string;
  /** Empty for a stream of the whole instance. */
  readonly device: string;
  /** Rises each time somebody takes it or gives it up. */
  readonly epoch: number;
}

export interface LeaseRow extends LeaseClaim {
  /** Who has it: one run of a runtime. */
  readonly holder: string;
  /** Others may take it from then on. */
  readonly until: number;
}

/** How a raw record ended. */
export interface RawMark {
  readonly id: string;
  readonly status: 'COMPLETED' | 'FAILED' | 'SKIPPED' | 'PENDING';
  readonly reason?: string;
  readonly readings: number;
  /** For PENDING: stays out of the queue until a record with this key arrives, or until the instant; then it is SKIPPED. */
  readonly waits?: { readonly key: string; readonly until: number };
  /** Parts of the body that could not be read, at most 20. */
  readonly problems?: readonly { readonly reason: string; readonly at?: string }[];
}

/** A value of a series, as judged. Its key is (series, at). */
export interface ValueRow {
  readonly series: string;
  readonly at: number;
  readonly value: number | null;
  /** The exact decimal text in the series' unit; null when it is the shortest text of `value`. */
  readonly text: string | null;
  readonly flag: Flag;
  /** Reason codes, in the order in which they were found. */
  readonly codes: readonly string[];
  readonly status: 'provisional' | 'final';
  readonly origin: 'raw' | 'manual';
  readonly raw: string;
  readonly device: string;
  readonly variable: string;
  /** The vendor's id and raw text of the reading: what decides between two readings of one instant. */
  readonly vendorId: string | null;
  readonly rawText: string;
  /** Priority of the binding that gave it. */
  readonly priority: number;
  /** Row of `basis`: versions of binding, meter, calibration and rules behind the value. */
  readonly basis: string;
}

export interface FindingRow extends Finding {
  readonly point: string;
  readonly series: string;
  readonly rule: string;
  readonly ruleVersion: string;
  /** `event` findings concern the water and put no flag on values. */
  readonly about: 'quality' | 'event';
}

export interface CorrectionRow extends Correction {
  readonly point: string;
  readonly series: string;
  readonly rule: string;
  readonly ruleVersion: string;
}

/** The judge of one point as it stood when everything up to `frontier` had been pushed. */
export interface Checkpoint {
  readonly point: string;
  readonly frontier: number;
  readonly state: Json;
  /** Of the rule set; a checkpoint of another set is not used. */
  readonly rules: string;
}

/** The newest decoded instant of a vendor variable, and when the device was last heard. */
export interface Watermark {
  readonly device: string;
  readonly variable: string;
  readonly decodedTo: number;
}

/** The vendor was asked for everything of a variable up to an instant, at that instant or later, and all that it answered is on disk. */
export interface Asked {
  readonly device: string;
  /** Empty for everything that the device's stream brings. */
  readonly variable: string;
  readonly to: number;
  /** When the last answer was on disk. */
  readonly endedAt: number;
}

/** Something that asks for a point to be judged again from an instant on. */
export interface Reopen {
  readonly point: string;
  readonly from: number;
  readonly reason: string;
  /** Given by the store: rises when the same is asked for again, so that settling the earlier request leaves the later one. */
  readonly serial?: number;
}

/** One version of a thing that is kept in the database beside the provisioned files. */
export interface KeptRow {
  /** The list it stands in, as data files name it. */
  readonly kind: string;
  readonly id: string;
  /** From 1 on. */
  readonly version: number;
  /** Null: removed by this version. */
  readonly content: Json | null;
  /** Of the act that made it; things of one act share it. */
  readonly serial: number;
  readonly author: string;
  readonly reason: string;
  readonly at: number;
}

/** Asks for the raw records of a device to be decoded again, from an arrival on. */
export interface Redecode {
  readonly instance: string;
  readonly device: string;
  readonly from: number;
  /** Of the change that asked for it. */
  readonly serial: number;
}

/** A secret as it lies on disk. */
export interface SealedSecret {
  readonly name: string;
  readonly version: number;
  readonly keyId: string;
  /** Base64 of nonce, tag and ciphertext. */
  readonly sealed: string;
  readonly at: number;
  readonly author: string;
}

export interface SubmissionRow {
  readonly id: string;
  readonly obligation: string;
  readonly target: string;
  /** The regulator's code of the work: what spacing and fairness go by. */
  readonly work: string;
  readonly slot: number;
  readonly state: SubmissionState;
  /** Not to be touched before. */
  readonly nextAt: number;
  /** When it should be at the regulator. */
  readonly dueAt: number;
  /** Past this it is a transmission failure. */
  readonly maxLagAt: number;
  /** What will be or was sent, chosen once before the first attempt; null until then. */
  readonly report: Report | null;
  /** Values behind the report: (series, at, raw) each, for the trace. */
  readonly sources: readonly { readonly series: string; readonly at: number; readonly raw: string }[];
  readonly receipt: string | null;
  readonly reason: string | null;
  /** Attempts of kind `submit` so far. */
  readonly attempts: number;
  readonly sentAt: number | null;
  readonly confirmedAt: number | null;
  /** Hash of the configuration that refused it, for `quarantined`. */
  readonly configuration: string | null;
  /** Rises with every change of state; a writer that read an older one is refused. */
  readonly epoch: number;
}

/** A send, a receipt read back, a question by natural key. */
export type AttemptKind = 'submit' | 'confirm' | 'find';

export interface AttemptRow {
  readonly id: string;
  readonly submission: string;
  readonly kind: AttemptKind;
  /** With its slots unfilled. */
  readonly artifact: Artifact | null;
  readonly artifactHash: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** `open` while its socket may be; null outcome detail until answered. */
  readonly outcome:
    | 'open'
    | 'accepted'
    | 'duplicate'
    | 'rejected'
    | 'not-sent'
    | 'unknown'
    | 'confirmed'
    | 'conflict'
    | 'not-found'
    | 'shadowed';
  readonly reason: string | null;
  readonly answer: Answer | null;
}

/** One open alert per (rule, subject). */
export interface AlertRow {
  readonly id: string;
  /** A notice event: `submission.rejected`, `device.silent`, … */
  readonly event: string;
  /** What raised it: a rule's code, or the event itself. */
  readonly rule: string;
  /** Series, device, submission, provider instance. */
  readonly subject: string;
  readonly point: string | null;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly facts: Readonly<Record<string, string>>;
  /** Somebody took note of it: it is told no more. Null until then. */
  readonly acked: { readonly at: number; readonly by: string; readonly note: string } | null;
}

export interface NewAlert extends Omit<AlertRow, 'id' | 'closedAt' | 'acked'> {}

/** People are not told of some alerts until an instant. The alerts are kept as they are, and told then if they are still open. */
export interface SilenceRow {
  readonly id: string;
  /** One alert; the others are null. */
  readonly alert: string | null;
  /** Those that fit all of these that are not null; `*` stands for any text. */
  readonly rule: string | null;
  readonly subject: string | null;
  readonly point: string | null;
  readonly until: number;
  readonly actor: string;
  readonly reason: string;
  readonly at: number;
}

export interface NoticeRow {
  readonly id: string;
  readonly person: string;
  readonly channel: string;
  readonly event: string;
  /** The alerts it tells of. */
  readonly alerts: readonly string[];
  readonly state: 'pending' | 'sending' | 'sent' | 'failed';
  readonly nextAt: number;
  readonly attempts: number;
  readonly externalId: string | null;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly sentAt: number | null;
  /** What was sent, once worded. */
  readonly message: Json | null;
}

/** What a channel reported of a message for the first time. */
export interface RecordedDelivery {
  readonly externalId: string;
  readonly status: DeliveryEvent['status'];
  readonly at: number;
  readonly detail: string | null;
  /** Null while the message is being sent and its id is not written yet. */
  readonly notice: Pick<NoticeRow, 'id' | 'person' | 'event'> | null;
}

/** A report about a notice. */
export interface NoticeDelivery extends Pick<RecordedDelivery, 'status' | 'at' | 'detail'> {
  readonly notice: string;
}

/** What one time of a schedule came to. */
export interface ScheduleSlot {
  readonly schedule: string;
  /** When it was to be; of one that somebody asked for, when they asked. */
  readonly slot: number;
  /** When it was taken last. */
  readonly at: number;
  /** Until when whoever took it is expected to be done. */
  readonly until: number;
  /** How often it was taken: 0 while one that was asked for waits. */
  readonly attempts: number;
  /** Slots between the one before and this one that nobody took. */
  readonly missed: number;
  /** Who asked for it; null for one of the calendar. */
  readonly askedBy: string | null;
  readonly endedAt: number | null;
  /** Why the last attempt failed. */
  readonly error: string | null;
  /** What was done, by name. */
  readonly result: Readonly<Record<string, number | string>> | null;
}
