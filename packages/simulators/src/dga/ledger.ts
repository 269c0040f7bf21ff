import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { createWaiting } from '../waiting.ts';
import type { VariantName } from './variants.ts';

/** A measurement that the regulator holds. */
export interface StoredRecord {
  readonly work: string;
  readonly variant: VariantName;
  /** `YYYY-MM-DD` and `HH:MM:SS`, UTC−4, as sent. */
  readonly date: string;
  readonly time: string;
  /** As stored, text for text. */
  readonly values: Readonly<Record<string, string>>;
  readonly receipt: string;
  readonly centre: string;
  readonly informant: string;
  /** UTC milliseconds of the clock. */
  readonly acceptedAt: number;
  /** Number of the request that was stored. */
  readonly request: number;
  /** Whether an accepting answer or a duplicate answer was written to the client. */
  readonly told: boolean;
  /** POSTs for the same work, date and time that came after it: with the same values, and with others. */
  readonly identicalPosts: number;
  readonly otherPosts: number;
}

/** One request as it came, and what was answered. */
export interface LedgerRequest {
  /** Counts from 1 and never repeats, across restarts from the same file too. */
  readonly number: number;
  readonly at: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Passwords replaced by `***`. */
  readonly body: string;
  readonly behaviour: string;
  readonly work: string | undefined;
  readonly date: string | undefined;
  readonly time: string | undefined;
  readonly values: Readonly<Record<string, string>>;
  /** Undefined while, or if, nothing was answered. */
  readonly answer: { readonly at: number; readonly status: number; readonly body: string } | undefined;
}

/**
 * A rule of the manual that a request broke. None but `format` is answered with an error, because the real server does not either.
 *
 * | kind | rule |
 * |---|---|
 * | `format` | headers and body, sections 4 and 5 |
 * | `send-time` | `timeStampOrigen` is the time of sending, UTC−4 |
 * | `future-measurement` | a measurement later than now, the mark of civil time or UTC sent as UTC−4 |
 * | `early-resend` | a second try for one key on the calendar day (UTC−4) of the try before (section 6.2) |
 * | `resend-of-received` | a try for a key whose storage had been answered (section 6.3) |
 * | `backlog-spacing` | two measurements older than an hour less than five minutes apart (section 6.1) |
 */
export type ViolationKind =
  | 'format'
  | 'send-time'
  | 'future-measurement'
  | 'early-resend'
  | 'resend-of-received'
  | 'backlog-spacing';

export interface Violation {
  readonly kind: ViolationKind;
  readonly at: number;
  readonly request: number;
  readonly work: string | undefined;
  readonly date: string | undefined;
  readonly time: string | undefined;
  readonly detail: string;
  /** The earlier request it collides with. */
  readonly earlier: number | undefined;
}

/** The last try for a key, or the last backlog send of a scope. */
export interface Try {
  readonly request: number;
  readonly at: number;
}

export type LedgerEvent =
  | { readonly type: 'request'; readonly request: Omit<LedgerRequest, 'answer'>; readonly backlogScope?: string }
  | { readonly type: 'stored'; readonly record: Omit<StoredRecord, 'told' | 'identicalPosts' | 'otherPosts'> }
  | {
      readonly type: 'answered';
      readonly request: number;
      readonly at: number;
      readonly status: number;
      readonly body: string;
      /** The answer says that the key is stored. */
      readonly tells: boolean;
    }
  | { readonly type: 'violation'; readonly violation: Violation };

/** What the simulated regulator knows: the truth a test compares its pipeline with. */
export interface Ledger {
  /** In order of acceptance. */
  readonly records: readonly StoredRecord[];
  /** The newest, at most `keepRequests`. */
  readonly requests: readonly LedgerRequest[];
  readonly violations: readonly Violation[];
  record(work: string, date: string, time: string): StoredRecord | undefined;
  byReceipt(receipt: string): StoredRecord | undefined;
  /** Resolves as soon as the predicate holds, looking after every event; rejects with the signal's reason. */
  until(predicate: (ledger: Ledger) => boolean, signal?: AbortSignal): Promise<void>;
}

/** The ledger from inside: every change is one event, kept in memory and, with a file, on its last line. */
export interface WritableLedger extends Ledger {
  apply(event: LedgerEvent): void;
  lastTry(work: string, date: string, time: string): Try | undefined;
  lastBacklog(scope: string): Try | undefined;
  /** Resends of received measurements by a Centro de Control. */
  resends(centre: string): number;
  nextRequest(): number;
}

const keyOf = (work: string, date: string, time: string) => `${work} ${date} ${time}`;

const same = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

type Loose<T> = { -readonly [K in keyof T]: T[K] };

/** Opens a ledger. With `file`, earlier events are read back and later ones appended, one JSON object a line. */
export const openLedger = (options: { readonly file?: string; readonly keepRequests: number }): WritableLedger => {
  const records: Loose<StoredRecord>[] = [];
  const byKey = new Map<string, Loose<StoredRecord>>();
  const receipts = new Map<string, StoredRecord>();
  const byRequest = new Map<number, Loose<StoredRecord>>();
  let requests: Loose<LedgerRequest>[] = [];
  const open = new Map<number, Loose<LedgerRequest>>();
  const violations: Violation[] = [];
  const tries = new Map<string, Try>();
  const backlog = new Map<string, Try>();
  const resends = new Map<string, number>();
  const waiting = createWaiting();
  let last = 0;

  const reduce = (event: LedgerEvent): void => {
    switch (event.type) {
      case 'request': {
        const request: Loose<LedgerRequest> = { ...event.request, answer: undefined };
        const { number, at, method, work, date, time } = request;
        last = Math.max(last, number);
        requests.push(request);
        open.set(number, request);
        // Cut in halves, so that the cost of forgetting stays constant per request.
        if (requests.length >= options.keepRequests * 2) requests = requests.slice(-options.keepRequests);
        if (method !== 'POST' || work === undefined || date === undefined || time === undefined) return;
        const key = keyOf(work, date, time);
        tries.set(key, { request: number, at });
        if (event.backlogScope !== undefined) backlog.set(event.backlogScope, { request: number, at });
        const stored = byKey.get(key);
        if (stored === undefined) return;
        byRequest.set(number, stored);
        if (same(stored.values, request.values)) stored.identicalPosts += 1;
        else stored.otherPosts += 1;
        return;
      }
      case 'stored': {
        const record: Loose<StoredRecord> = { ...event.record, told: false, identicalPosts: 0, otherPosts: 0 };
        records.push(record);
        byKey.set(keyOf(record.work, record.date, record.time), record);
        byRequest.set(record.request, record);
        receipts.set(record.receipt, record);
        return;
      }
      case 'answered': {
        const request = open.get(event.request);
        if (request !== undefined) request.answer = { at: event.at, status: event.status, body: event.body };
        open.delete(event.request);
        const record = byRequest.get(event.request);
        if (event.tells && record !== undefined) record.told = true;
        byRequest.delete(event.request);
        return;
      }
      case 'violation': {
        violations.push(event.violation);
        const { kind, work, date, time } = event.violation;
        if (kind !== 'resend-of-received' || work === undefined || date === undefined || time === undefined) return;
        const centre = byKey.get(keyOf(work, date, time))?.centre;
        if (centre !== undefined) resends.set(centre, (resends.get(centre) ?? 0) + 1);
      }
    }
  };

  const replay = (file: string) => {
    const lines = readFileSync(file, 'utf8').split('\n');
    // What stands after the last newline was half written when the process died.
    const half = lines.pop() ?? '';
    for (const line of lines) reduce(JSON.parse(line) as LedgerEvent);
    if (half !== '') truncateSync(file, statSync(file).size - Buffer.byteLength(half));
  };
  if (options.file !== undefined && existsSync(options.file)) replay(options.file);

  const ledger: WritableLedger = {
    records,
    get requests() {
      return requests.slice(-options.keepRequests);
    },
    violations,
    record: (work, date, time) => byKey.get(keyOf(work, date, time)),
    byReceipt: (receipt) => receipts.get(receipt),
    until: (predicate, signal) => waiting.until(() => predicate(ledger), signal),
    apply(event) {
      reduce(event);
      if (options.file !== undefined) appendFileSync(options.file, `${JSON.stringify(event)}\n`);
      waiting.look();
    },
    lastTry: (work, date, time) => tries.get(keyOf(work, date, time)),
    lastBacklog: (scope) => backlog.get(scope),
    resends: (centre) => resends.get(centre) ?? 0,
    nextRequest: () => last + 1,
  };
  return ledger;
};
