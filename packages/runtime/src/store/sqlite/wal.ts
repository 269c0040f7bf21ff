import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { stampOffset } from './log-stamp.ts';

/** What a write-ahead log can still give back, as SQLite itself will read it. */
export interface Wal {
  /** Whole frames whose sums hold, from the first on; a frame is one page. */
  readonly frames: number;
  /** Of them, those of transactions that were committed: what the start brings back. */
  readonly committedFrames: number;
  /** Transactions among them. */
  readonly commits: number;
  /** Numbers that they gave the database, in order (`log-stamp.ts`). */
  readonly stamps: readonly number[];
  /**
   * Bytes behind the last commit: an unfinished transaction, a frame that was cut or damaged, or remains of an earlier round of the log.
   * Which of them, and whether a committed transaction was among them, the file does not tell.
   */
  readonly unusedBytes: number;
}

const headerBytes = 32;
const frameHeaderBytes = 24;

/** The running sum of the log (https://www.sqlite.org/fileformat2.html, section 4.2), over words in the byte order of the header. */
const add = (sum: Uint32Array, bytes: DataView, from: number, to: number, littleEndian: boolean): void => {
  let s0 = sum[0] as number;
  let s1 = sum[1] as number;
  for (let at = from; at < to; at += 8) {
    s0 = (s0 + bytes.getUint32(at, littleEndian) + s1) >>> 0;
    s1 = (s1 + bytes.getUint32(at + 4, littleEndian) + s0) >>> 0;
  }
  sum[0] = s0;
  sum[1] = s1;
};

const holds = (sum: Uint32Array, bytes: DataView, at: number): boolean =>
  sum[0] === bytes.getUint32(at) && sum[1] === bytes.getUint32(at + 4);

const viewOf = (size: number): DataView => new DataView(new ArrayBuffer(size));

/** Reads the log of a database that nobody has open. Null when there is none, or an empty one. */
export const readWal = (path: string): Wal | null => {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
  try {
    const { size } = fstatSync(file);
    if (size === 0) return null;
    const nothing: Wal = { frames: 0, committedFrames: 0, commits: 0, stamps: [], unusedBytes: size };
    const header = viewOf(headerBytes);
    if (readSync(file, header, 0, headerBytes, 0) < headerBytes) return nothing;
    const magic = header.getUint32(0);
    if (magic >>> 1 !== 0x37_7f_06_82 >>> 1) return nothing;
    const littleEndian = magic % 2 === 0;
    const pageSize = header.getUint32(8);
    const sum = new Uint32Array(2);
    add(sum, header, 0, 24, littleEndian);
    if (pageSize < 512 || pageSize > 65_536 || !holds(sum, header, 24)) return nothing;
    const frame = viewOf(frameHeaderBytes + pageSize);
    let [frames, committedFrames, commits] = [0, 0, 0];
    const stamps: number[] = [];
    let stamp: number | undefined;
    for (let at = headerBytes; at + frame.byteLength <= size; at += frame.byteLength) {
      readSync(file, frame, 0, frame.byteLength, at);
      const sameRound = frame.getUint32(8) === header.getUint32(16) && frame.getUint32(12) === header.getUint32(20);
      if (!sameRound || frame.getUint32(0) === 0) break;
      add(sum, frame, 0, 8, littleEndian);
      add(sum, frame, frameHeaderBytes, frame.byteLength, littleEndian);
      if (!holds(sum, frame, 16)) break;
      frames += 1;
      if (frame.getUint32(0) === 1) stamp = frame.getInt32(frameHeaderBytes + stampOffset);
      if (frame.getUint32(4) === 0) continue;
      if (stamp !== undefined) stamps.push(stamp);
      stamp = undefined;
      committedFrames = frames;
      commits += 1;
    }
    const unusedBytes = size - headerBytes - committedFrames * frame.byteLength;
    return { frames, committedFrames, commits, stamps, unusedBytes };
  } finally {
    closeSync(file);
  }
};
