import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { CaudalError, type Clock, type Logger, type Redactor } from '@caudal/core';
import pino from 'pino';
import type { RuntimeOptions } from '../config/options.ts';
import type { LogFiles } from '../config/places.ts';
import type { Log } from './log.ts';

/** Appends lines to a file that is rotated at a size; the file before it is kept as `.1`. */
const rotatingFile = (path: string, maxBytes: number) => {
  let file: number;
  try {
    file = openSync(path, 'a', 0o600);
  } catch (thrown) {
    const why = (thrown as Error).message;
    throw new CaudalError(
      'config',
      `the log ${path} can not be written: ${why}; let the user that runs this write to its folder`,
      { sent: 'no', cause: thrown },
    );
  }
  let size = fstatSync(file).size;
  return {
    /** Answers whether it is in the file: a full disk must not fail what was only to be told. */
    write(line: string): boolean {
      try {
        if (size > maxBytes) {
          closeSync(file);
          if (existsSync(path)) renameSync(path, `${path}.1`);
          file = openSync(path, 'a', 0o600);
          size = 0;
        }
        size += writeSync(file, line);
        return true;
      } catch {
        return false;
      }
    },
    close: () => closeSync(file),
  };
};

/**
 * Structured logs as NDJSON: one line an event, with the stream it belongs to. Every line is redacted as a whole just before
 * it is written, so no object a caller hands in can carry a secret past it.
 *
 * @param files that get the lines, `null` for none
 */
export const createLog = (
  options: RuntimeOptions['log'],
  files: LogFiles | null,
  redact: Redactor,
  clock: Clock,
): Log => {
  const all = files === null ? undefined : rotatingFile(files.all, options.maxFileBytes);
  const errors = files === null ? undefined : rotatingFile(files.errors, options.maxFileBytes);
  const errorsFrom = pino.levels.values[options.levels.errors] as number;
  let open = true;
  let lost = 0;
  const destination = {
    // pino tells a destination that has this the level of each line.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      if (!open) return;
      const safe = redact.text(line);
      const kept = this.lastLevel < errorsFrom || errors?.write(safe) !== false;
      if (all?.write(safe) === false || !kept) lost += 1;
      else if (lost > 0) {
        const count = lost;
        lost = 0;
        root.warn({ stream: 'system', lost: count }, 'lines of the log were lost: its file could not be written');
      }
      if (options.console) process.stderr.write(safe);
    },
  };
  const root = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":${JSON.stringify(new Date(clock.now()).toISOString())}`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    stream(stream, facts = {}): Logger {
      const child = root.child({ stream, ...facts }, { level: options.levels[stream] ?? options.level });
      const at = (level: 'debug' | 'info' | 'warn' | 'error') => (details: object, message: string) =>
        child[level](redact.deep(details) as object, message);
      return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    },
    async close() {
      if (!open) return;
      open = false;
      all?.close();
      errors?.close();
    },
  };
};
