import type { Logger } from '@caudal/core';

/**
 * The streams a line belongs to; `caudal logs --stream` shows one. `system` is what the runtime says of itself. What went wrong in any of them is in the
 * stream `errors` as well.
 */
export const logStreams = ['telemetry', 'compliance', 'notifications', 'system'] as const;
export type LogStream = (typeof logStreams)[number];

/** Where every line of the runtime goes, redacted before it is written. */
export interface Log {
  /** A logger whose lines carry the stream and the facts. */
  stream(name: LogStream, facts?: Readonly<Record<string, string>>): Logger;
  /** Flushes and closes the file. */
  close(): Promise<void>;
}
