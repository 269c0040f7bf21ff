import { createWaiting } from '../waiting.ts';
import { type GivenRecord, keyOf } from './record.ts';

/** A record that the registry holds. */
export interface RegistryRecord extends GivenRecord {
  readonly receipt: string;
  /** When it was stored, UTC milliseconds. */
  readonly at: number;
  /** Whether a client was told that it is stored. */
  readonly told: boolean;
}

/** One request as it came. */
export interface RegistryRequest {
  /** Counts from 1. */
  readonly number: number;
  readonly at: number;
  readonly kind: 'record' | 'receipt' | 'question' | 'other';
  readonly behaviour: string;
  /** `work instant`, where the request names them. */
  readonly key: string | undefined;
  /** HTTP status of the answer; undefined while, or if, nothing was answered. */
  readonly status: number | undefined;
}

/**
 * A rule that a request broke.
 *
 * | kind | rule |
 * |---|---|
 * | `format` | the written form of a record |
 * | `key-reuse` | one idempotency key for one content |
 * | `resend-of-received` | nothing goes again whose storage was answered |
 * | `early-question` | nobody asks before a record can be found |
 * | `unasked-resend` | nothing goes again before the registry, asked after the last send, said that it has none |
 */
export type RegistryViolationKind = 'format' | 'key-reuse' | 'resend-of-received' | 'early-question' | 'unasked-resend';

export interface RegistryViolation {
  readonly kind: RegistryViolationKind;
  readonly at: number;
  readonly request: number;
  readonly key: string | undefined;
  readonly detail: string;
}

/** What the simulated registry knows: the truth a test compares its pipeline with. */
export interface RegistryLedger {
  /** In order of storage. A registry that keeps both has a key twice. */
  readonly records: readonly RegistryRecord[];
  /** The newest, at most `keepRequests`. */
  readonly requests: readonly RegistryRequest[];
  readonly violations: readonly RegistryViolation[];
  of(work: string, instant: string): readonly RegistryRecord[];
  /** Resolves as soon as the predicate holds, looking after every event; rejects with the signal's reason. */
  until(predicate: (ledger: RegistryLedger) => boolean, signal?: AbortSignal): Promise<void>;
}

type Loose<T> = { -readonly [K in keyof T]: T[K] };

/** The ledger from inside. */
export interface WritableRegistryLedger extends RegistryLedger {
  request(request: Omit<RegistryRequest, 'number' | 'status'>): number;
  answered(number: number, status: number, told: RegistryRecord | undefined): void;
  store(record: Omit<RegistryRecord, 'told'>): RegistryRecord;
  replace(record: RegistryRecord, values: GivenRecord['values']): void;
  violation(violation: RegistryViolation): void;
}

export const createRegistryLedger = (keepRequests: number): WritableRegistryLedger => {
  const records: Loose<RegistryRecord>[] = [];
  const byKey = new Map<string, Loose<RegistryRecord>[]>();
  let requests: Loose<RegistryRequest>[] = [];
  const violations: RegistryViolation[] = [];
  const waiting = createWaiting();
  let last = 0;
  const ledger: WritableRegistryLedger = {
    records,
    get requests() {
      return requests.slice(-keepRequests);
    },
    violations,
    of: (work, instant) => byKey.get(keyOf({ work, instant })) ?? [],
    until: (predicate, signal) => waiting.until(() => predicate(ledger), signal),
    request(given) {
      last += 1;
      requests.push({ ...given, number: last, status: undefined });
      // Cut in halves, so that the cost of forgetting stays constant per request.
      if (requests.length >= keepRequests * 2) requests = requests.slice(-keepRequests);
      waiting.look();
      return last;
    },
    answered(number, status, told) {
      const request = requests.findLast((one) => one.number === number);
      if (request !== undefined) request.status = status;
      if (told !== undefined) (told as Loose<RegistryRecord>).told = true;
      waiting.look();
    },
    store(given) {
      const record = { ...given, told: false };
      records.push(record);
      byKey.set(keyOf(record), [...(byKey.get(keyOf(record)) ?? []), record]);
      waiting.look();
      return record;
    },
    replace(record, values) {
      (record as Loose<RegistryRecord>).values = values;
      waiting.look();
    },
    violation(violation) {
      violations.push(violation);
      waiting.look();
    },
  };
  return ledger;
};
