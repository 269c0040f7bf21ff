import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** A disk writes so many bytes whole or not at all. */
const sectorBytes = 512;
const headBytes = 32;

interface Change {
  readonly offset: number;
  readonly length: number;
  readonly size: number;
  readonly before: Buffer;
}

/** What was kept of a file, oldest first. A record that a kill cut off is of a write that was never begun. */
const changesOf = (path: string): Change[] => {
  const log = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const changes: Change[] = [];
  for (let at = 0; at + headBytes <= log.length;) {
    const [offset, length, size, kept] = [0, 8, 16, 24].map((field) => Number(log.readBigUInt64LE(at + field))) as [
      number,
      number,
      number,
      number,
    ];
    const end = at + headBytes + kept;
    if (end > log.length) break;
    changes.push({ offset, length, size, before: log.subarray(at + headBytes, end) });
    at = end;
  }
  return changes;
};

/** The file as it was at its last sync. */
const synced = (now: Buffer, changes: readonly Change[]): Buffer => {
  const file = Buffer.alloc(Math.max(now.length, ...changes.map(({ size }) => size)));
  now.copy(file);
  // Bytes behind an earlier end are of no account: what made the file longer again was kept whole.
  for (const { offset, before } of changes.toReversed()) before.copy(file, offset);
  return file.subarray(0, changes[0]?.size ?? now.length);
};

/** Of what was written since, each sector is there or not; so is a new length. */
const torn = (now: Buffer, old: Buffer, random: () => number): Buffer => {
  const longest = Math.max(now.length, old.length);
  const size =
    now.length > old.length
      ? old.length + Math.floor(random() * (now.length - old.length + 1))
      : random() < 0.5
        ? now.length
        : old.length;
  const file = Buffer.alloc(size);
  old.copy(file);
  for (let at = 0; at < longest; at += sectorBytes) {
    const end = Math.min(at + sectorBytes, now.length, size);
    if (end > at && random() < 0.5) now.copy(file, at, at, end);
  }
  return file;
};

/** Gives names back from the last to the `left`th: a journal of names keeps their order. */
const undoNames = (folder: string, kept: string, lines: readonly string[], left: number) => {
  const undo = (name: string) => join(kept, `${name}.undo`);
  const move = (from: string, to: string) => existsSync(from) && renameSync(from, to);
  const back = (aside: string, name: string) => {
    linkSync(join(kept, aside), join(folder, name));
    move(undo(aside), undo(name));
  };
  for (const line of lines.slice(left).toReversed()) {
    const [what, name = '', second = '', third = ''] = line.split(' ');
    if (what === 'made') {
      rmSync(join(folder, name), { force: true });
      rmSync(undo(name), { force: true });
    } else if (what === 'gone') back(second, name);
    else {
      renameSync(join(folder, second), join(folder, name));
      move(undo(second), undo(name));
      if (third !== '-') back(third, second);
    }
  }
};

/** How much a loss of power takes. */
export interface Cut {
  /** Files that lost something, by name. */
  readonly files: readonly string[];
  /** Bytes that are not what the process had written. */
  readonly bytes: number;
}

/**
 * Takes from the files of `folder` what was not synced, as a disk does that loses its power; the process that wrote them is dead. Without
 * `random` everything goes; with it sectors and lengths survive by chance, and names as far as chance goes.
 */
export const cutPower = (folder: string, kept: string, random?: () => number): Cut => {
  const namesPath = join(kept, 'names');
  const lines = existsSync(namesPath) ? readFileSync(namesPath, 'utf8').split('\n').slice(0, -1) : [];
  undoNames(folder, kept, lines, random === undefined ? 0 : Math.floor(random() * (lines.length + 1)));
  const files: string[] = [];
  let bytes = 0;
  for (const entry of readdirSync(kept).filter((name) => name.endsWith('.undo') && !name.startsWith('aside-'))) {
    const name = entry.slice(0, -'.undo'.length);
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    const now = readFileSync(path);
    const old = synced(now, changesOf(join(kept, entry)));
    const left = random === undefined ? old : torn(now, old, random);
    if (left.equals(now)) continue;
    files.push(name);
    for (let at = 0; at < Math.max(left.length, now.length); at += 1) if (left[at] !== now[at]) bytes += 1;
    writeFileSync(path, left, { flag: 'r+' });
    truncateSync(path, left.length);
  }
  // The index of the log is memory that many share: it is gone with the power.
  for (const name of readdirSync(folder)) if (name.endsWith('-shm')) rmSync(join(folder, name));
  for (const name of readdirSync(kept)) rmSync(join(kept, name));
  return { files, bytes };
};
