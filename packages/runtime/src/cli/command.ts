import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command gets: its options, its words, and where to write. */
export interface Invocation {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
  /** Results: standard output. */
  readonly out: (text: string) => void;
  /** Everything else: standard error. */
  readonly err: (text: string) => void;
}

/** One command of the CLI. Loaded only when it is called. */
export interface Command {
  /** Answers the exit code. */
  run(invocation: Invocation): Promise<number>;
}

/** One row of the command table: what `--help` shows, and how the command's arguments are read. */
export interface CommandRow {
  readonly summary: string;
  /** How its words are written, for `--help`. */
  readonly words?: string;
  readonly options?: ParseArgsOptionsConfig;
  /** One line for each option. */
  readonly help?: Readonly<Record<string, string>>;
  load(): Promise<Command>;
}

/** Exit codes of every command. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, locked: 3, damaged: 4, newer: 5 } as const;
