import { createWaiting } from '../waiting.ts';
import type { SmaValue } from './records.ts';

/** One instant of one process that the SMA holds. */
export interface SmaRecord {
  /** `UfId/ProcesoId`. */
  readonly process: string;
  /** As sent, GMT-4. */
  readonly stamp: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly values: readonly SmaValue[];
  readonly id: string;
  readonly acceptedAt: number;
  readonly request: number;
  /** Whether an accepting answer was written to the client. */
  readonly told: boolean;
}

/** One request as it came, and what was answered. */
export interface SmaRequest {
  /** Counts from 1. */
  readonly number: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly behaviour: string;
  readonly process: string | undefined;
  readonly stamps: readonly string[];
  /** Of measurements as it came; empty for a login. */
  readonly body: string;
  /** Undefined while, or if, nothing was answered. */
  readonly answer: { readonly at: number; readonly status: number; readonly body: string } | undefined;
}

/**
 * A rule that a request broke.
 *
 * | kind | rule | source |
 * |---|---|---|
 * | `format` | headers and body | manual, production |
 * | `set` | all parameters of an instant in a single call, none missing, none too many | manual |
 * | `stamp` | a whole minute, and not later than now: the mark of civil time sent as GMT-4 | instruction |
 * | `resend-of-received` | a set for an instant whose storage had been answered | no duplicate handling is known |
 * | `needless-login` | a login while a token of the same user is valid and was not refused | token lasts 24 h, no refresh |
 * | `login-after-refusal` | the same wrong password again within the pause | locks accounts |
 */
export type SmaViolationKind =
  | 'format'
  | 'set'
  | 'stamp'
  | 'resend-of-received'
  | 'needless-login'
  | 'login-after-refusal';

export interface SmaViolation {
  readonly kind: SmaViolationKind;
  readonly at: number;
  readonly request: number;
  readonly process: string | undefined;
  readonly detail: string;
}

/** What the simulated SMA knows: the truth a test compares its pipeline with. */
export interface SmaLedger {
  /** In order of acceptance. An instant that was stored twice is there twice. */
  readonly records: readonly SmaRecord[];
  /** The newest, at most `keepRequests`. */
  readonly requests: readonly SmaRequest[];
  readonly violations: readonly SmaViolation[];
  /** How many logins were let in, and how many were refused. */
  readonly logins: { readonly accepted: number; readonly refused: number };
  /** Every copy of an instant of a process. */
  copies(process: string, stamp: string): readonly SmaRecord[];
  /** Resolves as soon as the predicate holds, looking after every event; rejects with the signal's reason. */
  until(predicate: (ledger: SmaLedger) => boolean, signal?: AbortSignal): Promise<void>;
}

type Loose<T> = { -readonly [K in keyof T]: T[K] };

/** The ledger from inside. */
export interface WritableSmaLedger extends SmaLedger {
  request(request: Omit<SmaRequest, 'answer' | 'number'>): number;
  answered(number: number, at: number, status: number, body: string): void;
  store(record: Omit<SmaRecord, 'told'>): void;
  violation(violation: SmaViolation): void;
  login(accepted: boolean): void;
}

export const createSmaLedger = (keepRequests: number): WritableSmaLedger => {
  const records: Loose<SmaRecord>[] = [];
  const byKey = new Map<string, SmaRecord[]>();
  const byRequest = new Map<number, Loose<SmaRecord>[]>();
  let requests: Loose<SmaRequest>[] = [];
  const open = new Map<number, Loose<SmaRequest>>();
  const violations: SmaViolation[] = [];
  const logins = { accepted: 0, refused: 0 };
  const waiting = createWaiting();
  let last = 0;
  const keyOf = (process: string, stamp: string) => `${process} ${stamp}`;
  const ledger: WritableSmaLedger = {
    records,
    get requests() {
      return requests.slice(-keepRequests);
    },
    violations,
    logins,
    copies: (process, stamp) => byKey.get(keyOf(process, stamp)) ?? [],
    until: (predicate, signal) => waiting.until(() => predicate(ledger), signal),
    request(given) {
      last += 1;
      const request = { ...given, number: last, answer: undefined };
      requests.push(request);
      open.set(last, request);
      // Cut in halves, so that the cost of forgetting stays constant per request.
      if (requests.length >= keepRequests * 2) requests = requests.slice(-keepRequests);
      waiting.look();
      return last;
    },
    answered(number, at, status, body) {
      const request = open.get(number);
      if (request !== undefined) request.answer = { at, status, body };
      open.delete(number);
      if (status < 300) for (const record of byRequest.get(number) ?? []) record.told = true;
      byRequest.delete(number);
      waiting.look();
    },
    store(given) {
      const record = { ...given, told: false };
      records.push(record);
      const key = keyOf(record.process, record.stamp);
      byKey.set(key, [...(byKey.get(key) ?? []), record]);
      byRequest.set(record.request, [...(byRequest.get(record.request) ?? []), record]);
      waiting.look();
    },
    violation(violation) {
      violations.push(violation);
      waiting.look();
    },
    login(accepted) {
      logins[accepted ? 'accepted' : 'refused'] += 1;
      waiting.look();
    },
  };
  return ledger;
};
