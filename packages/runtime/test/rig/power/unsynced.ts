import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('unsynced.c', import.meta.url));

/** Why this machine can not tell what a disk may forget; undefined when it can. */
export const whyNoPowerCut = (): string | undefined => {
  if (process.platform !== 'linux') return `LD_PRELOAD is Linux', not ${process.platform}'s`;
  try {
    execFileSync('cc', ['--version'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'no C compiler (cc) here';
  }
};

/** Where a process dies by itself: once the file is written, before it is synced, or synced and nobody told; the `time`th time. */
export interface Failpoint {
  readonly at: 'write' | 'sync' | 'synced';
  readonly file: string;
  readonly time: number;
}

export interface UnsyncedOptions {
  /** The disk says it synced and did not. */
  readonly lies?: boolean;
  readonly die?: Failpoint;
}

/** A compiled library that remembers what has not been synced, for the processes of one test. */
export const buildUnsynced = () => {
  const place = mkdtempSync(join(tmpdir(), 'caudal-unsynced-'));
  const library = join(place, 'unsynced.so');
  execFileSync('cc', [
    '-O1',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-shared',
    '-fPIC',
    '-o',
    library,
    source,
    '-ldl',
    '-lpthread',
  ]);
  const kept = join(place, 'kept');
  mkdirSync(kept);
  return {
    /** Where it writes what would bring files back; for {@link cutPower}. */
    kept,
    /** For a process whose files directly in `folder` are watched. */
    environment: (folder: string, { lies = false, die }: UnsyncedOptions = {}): NodeJS.ProcessEnv => ({
      LD_PRELOAD: library,
      UNSYNCED_FOLDER: folder,
      UNSYNCED_KEPT: kept,
      ...(lies ? { UNSYNCED_LIES: '1' } : {}),
      ...(die === undefined ? {} : { UNSYNCED_DIE: `${die.at} ${die.file} ${die.time}` }),
    }),
    /** While it is full, no file can become longer. */
    fill: (isFull: boolean) =>
      isFull ? writeFileSync(join(kept, 'full'), '') : rmSync(join(kept, 'full'), { force: true }),
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
};
