import {
  CaudalError,
  type Clock,
  createHost,
  createRedactor,
  type Host,
  type Logger,
  type Network,
  type SecretReference,
  secretResolver,
  systemClock,
} from '@caudal/core';
import { mulberry32 } from './mulberry32.ts';

/** One line of log as it would be written: redacted. */
export interface LogEntry {
  readonly level: keyof Logger;
  readonly message: string;
  readonly facts: unknown;
}

export interface FakeHost extends Host {
  /** Everything logged so far. */
  readonly entries: readonly LogEntry[];
  /** The same as text, one JSON line each. */
  readonly logs: string;
  /** Every secret reference that was resolved, in order. */
  readonly resolved: readonly SecretReference[];
}

export interface FakeHostOptions {
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Secrets by whole reference, `{ 'env:ACME_TOKEN': 'token-of-a-test' }`. The real environment and files are never read. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly network?: Network;
  /** Start of the random numbers; the same seed gives the same numbers. Default 1. */
  readonly seed?: number;
}

const withoutBigints = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

/**
 * A host for tests: it keeps what is logged (already redacted), resolves only the secrets it was given, and its random numbers
 * are the same in every run.
 */
export const fakeHost = (options: FakeHostOptions = {}): FakeHost => {
  const secrets = options.secrets ?? {};
  const redact = createRedactor();
  const entries: LogEntry[] = [];
  const resolved: SecretReference[] = [];
  const write = (level: keyof Logger) => (facts: object, message: string) => {
    entries.push({ level, message: redact.text(message), facts: redact.deep(facts) });
  };
  const given = (scheme: string) => async (name: string) => {
    const secret = secrets[`${scheme}:${name}`];
    if (secret === undefined) {
      throw new CaudalError('config', `the fake host was given no secret ${scheme}:${name}`, { sent: 'no' });
    }
    return secret;
  };
  const resolve = secretResolver((secret) => redact.add(secret), {
    env: given('env'),
    file: given('file'),
    store: given('store'),
  });
  const host = createHost({
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    clock: options.clock ?? systemClock,
    redact,
    secret: (reference) => {
      resolved.push(reference);
      return resolve(reference);
    },
    network: options.network ?? {},
    random: mulberry32(options.seed ?? 1),
  });
  return {
    ...host,
    entries,
    resolved,
    get logs() {
      return entries.map((entry) => JSON.stringify(entry, withoutBigints)).join('\n');
    },
  };
};
