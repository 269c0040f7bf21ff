import { type Clock, systemClock } from './clock.ts';
import { createRedactor, type Redactor } from './redactor.ts';
import { secretResolver, type SecretResolver } from './secrets.ts';

/** Structured logging in pino's shape. Whatever is written is redacted by the host. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** How outgoing connections leave this machine. */
export interface Network {
  /** Outbound proxy, for example `http://proxy.example:3128`. */
  readonly proxy?: string;
  /** Extra certificate authorities, PEM. TLS verification itself can not be switched off. */
  readonly ca?: string;
}

/**
 * What a plugin gets from whoever runs it. The host owns retry, backoff, rate limits, schedules, paging progress, batching,
 * dead letters, clocks, logs and mapping; a plugin does one thing per call.
 */
export interface Host {
  readonly log: Logger;
  readonly clock: Clock;
  /** Resolves a secret reference. Call it when the socket needs it, keep nothing. */
  readonly secret: SecretResolver;
  readonly redact: Redactor;
  readonly network: Network;
  /** In [0, 1). Injectable so that jitter is reproducible. */
  random(): number;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A host that works anywhere: system clock, secrets from environment and files, no log unless you pass one. */
export const createHost = (options: Partial<Host> = {}): Host => {
  const redact = options.redact ?? createRedactor();
  return {
    log: options.log ?? silent,
    clock: options.clock ?? systemClock,
    redact,
    secret: options.secret ?? secretResolver((secret) => redact.add(secret)),
    network: options.network ?? {},
    random: options.random ?? Math.random,
  };
};
