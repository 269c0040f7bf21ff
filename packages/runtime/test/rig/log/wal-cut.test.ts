import { copyFile, open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/index.ts';
import { handClock, inFolder } from '../../store/files.ts';
import { killOwner, nextLine, startOwner } from '../../store/owner-process.ts';
import { bytes, t0 } from '../../store/rows.ts';

/** How often the log is cut: short by default; `npm run rig -- --long` sets more. */
const cuts = Number(process.env['CAUDAL_RIG_LOG_CUTS'] ?? 20);

const headerBytes = 32;
const frameHeaderBytes = 24;

/** Where each committed transaction of a log ends, in bytes: the oracle, by the format alone and without the sums. */
const commitEnds = (log: Buffer): number[] => {
  const pageSize = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  const ends: number[] = [];
  for (let at = headerBytes; at + frameHeaderBytes + pageSize <= log.length; at += frameHeaderBytes + pageSize) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    if (log.readUInt32BE(at + 4) !== 0) ends.push(at + frameHeaderBytes + pageSize);
  }
  return ends;
};

/** What a start finds: the numbers of the values, with their raw records, and what it says of the log. */
const startOn = async (path: string) => {
  const store = await openStore({ path, clock: handClock() });
  try {
    const values = await store.read.values({ series: ['well-1/level'], from: t0, to: Infinity });
    const raws = await store.read.rawList({}, 1_000_000);
    const byId = new Map(raws.map((row) => [row.id, row]));
    for (const row of values) expect(byId.get(row.raw)).toMatchObject({ status: 'COMPLETED' });
    const [newest] = raws;
    if (newest !== undefined) expect((await store.read.raw(newest.id))?.body).toEqual(bytes(`body of ${newest.id}`));
    const counts = await store.read.counts();
    expect(counts.values[1]).toBe(values.length);
    expect(counts.raw.COMPLETED + counts.raw.PENDING).toBe(raws.length);
    return { raws: new Set(raws.map(({ id }) => id)), values: values.length, facts: await store.facts() };
  } finally {
    await store.close();
  }
};

test(
  `a log that is cut at ${cuts} places starts by itself each time, with every transaction that ended before the cut`,
  { timeout: 120_000 + cuts * 10_000 },
  () =>
    inFolder(async (folder) => {
      const path = join(folder, 'caudal.db');
      const child = startOwner(path, '0', 'write');
      const acknowledged: number[] = [];
      try {
        expect(await nextLine(child)).toBe('open');
        while (acknowledged.length < 300) acknowledged.push(Number(await nextLine(child)));
      } finally {
        await killOwner(child);
      }
      const log = await readFile(`${path}-wal`);
      const ends = commitEnds(log);
      expect(ends.length).toBeGreaterThan(10);

      const copyTo = async (name: string) => {
        const copy = join(folder, name);
        await copyFile(path, copy);
        await copyFile(`${path}-wal`, `${copy}-wal`);
        return copy;
      };
      const whole = await startOn(await copyTo('whole.db'));
      for (const number of acknowledged) expect(whole.raws.has(`r${number}`)).toBe(true);
      expect(whole.facts).toMatchObject({ uncleanStart: 1, logCommits: ends.length });

      // The state at each commit, so that a cut is compared with what was there and not with what was hoped for.
      const stateAt = new Map<number, Awaited<ReturnType<typeof startOn>>>();
      const stateOf = async (commits: number) => {
        const known = stateAt.get(commits);
        if (known !== undefined) return known;
        const copy = await copyTo(`at-${commits}.db`);
        await truncate(`${copy}-wal`, ends[commits - 1] ?? headerBytes);
        const state = await startOn(copy);
        stateAt.set(commits, state);
        return state;
      };

      let lost = 0;
      let largest = 0;
      for (let cut = 0; cut < cuts; cut += 1) {
        // Spread over the log, and never in step with its frames.
        const at = Math.floor((log.length * cut) / cuts) + ((cut * 977) % 4096);
        const copy = await copyTo(`cut-${cut}.db`);
        await truncate(`${copy}-wal`, Math.min(at, log.length));
        const commits = ends.filter((end) => end <= at).length;
        const expected = await stateOf(commits);
        const found = await startOn(copy);
        expect([...found.raws].toSorted()).toEqual([...expected.raws].toSorted());
        expect(found.values).toBe(expected.values);
        if (at > headerBytes) expect(found.facts).toMatchObject({ logCommits: commits });
        const gone = acknowledged.filter((number) => !found.raws.has(`r${number}`)).length;
        lost += gone;
        largest = Math.max(largest, gone);
        // Exactly what was acknowledged in transactions behind the cut.
        expect(gone).toBe(acknowledged.filter((number) => !expected.raws.has(`r${number}`)).length);
      }
      console.log(
        `wal-cut: ${cuts} cuts of a log of ${(await stat(`${path}-wal`)).size} bytes and ${ends.length} transactions; every start by itself; ` +
          `records lost with what was cut off: ${lost} in all, ${largest} at most of ${acknowledged.length} acknowledged`,
      );
    }),
);

test('a damaged byte in the log ends it there: what was committed before is kept', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'caudal.db');
    const child = startOwner(path, '0', 'write');
    expect(await nextLine(child)).toBe('open');
    for (let count = 0; count < 100; count += 1) await nextLine(child);
    await killOwner(child);
    const ends = commitEnds(await readFile(`${path}-wal`));
    const middle = Math.floor(ends.length / 2);
    const file = await open(`${path}-wal`, 'r+');
    await file.write(Buffer.from([0x5a, 0xa5, 0x5a]), 0, 3, (ends[middle - 1] as number) + frameHeaderBytes + 100);
    await file.close();
    const { facts } = await startOn(path);
    expect(facts).toMatchObject({ uncleanStart: 1, logCommits: middle });
    expect(facts['logUnusedBytes']).toBeGreaterThan(0);
  }));
