import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { systemClock } from '@caudal/core';
import { loadConfigFile } from '../../config/load-config.ts';
import { placesOf } from '../../config/places.ts';
import { logStreams } from '../../observe/log.ts';
import { exitCodes, type Invocation } from '../command.ts';

const pollMs = 250;

/** The text of a file from an offset on. */
const readFrom = (path: string, offset: number): string => {
  const length = statSync(path).size - offset;
  if (length <= 0) return '';
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, length, offset));
  } finally {
    closeSync(file);
  }
};

const shown = (line: string): string => {
  try {
    const { time, level, stream, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
    const rest = Object.keys(facts).length === 0 ? '' : `  ${JSON.stringify(facts)}`;
    return `${String(time)} ${String(level).padEnd(5)} ${String(stream).padEnd(13)} ${String(msg)}${rest}`;
  } catch {
    return line;
  }
};

export const run = async ({ values, out, err }: Invocation): Promise<number> => {
  const stream = values['stream'];
  if (stream !== undefined && stream !== 'errors' && !(logStreams as readonly unknown[]).includes(stream)) {
    err(`caudal logs: streams are ${logStreams.join(', ')} and errors.`);
    return exitCodes.usage;
  }
  const files = placesOf(await loadConfigFile(values['config'] as string)).log;
  const path = stream === 'errors' ? files.errors : files.all;
  if (!existsSync(path)) {
    err(`caudal logs: there is no log at ${path} yet.`);
    return exitCodes.failed;
  }
  const wanted = (line: string) =>
    line !== '' && (stream === undefined || stream === 'errors' || line.includes(`"stream":"${String(stream)}"`));
  const print = (line: string) => out(values['json'] === true ? line : shown(line));
  let offset = statSync(path).size;
  for (const line of readFrom(path, 0)
    .split('\n')
    .filter(wanted)
    .slice(-Number(values['lines'] ?? 50)))
    print(line);
  if (values['follow'] !== true) return exitCodes.ok;
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  let rest = '';
  while (!stop.signal.aborted) {
    // A rotated file is a new one that begins at its start.
    if (statSync(path).size < offset) offset = 0;
    const text = rest + readFrom(path, offset);
    offset = statSync(path).size;
    const complete = text.split('\n');
    rest = complete.pop() ?? '';
    for (const line of complete.filter(wanted)) print(line);
    await systemClock.sleep(pollMs, stop.signal).catch(() => undefined);
  }
  return exitCodes.ok;
};
