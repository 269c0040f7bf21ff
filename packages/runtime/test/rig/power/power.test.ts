import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@caudal/core';
import { mulberry32 } from '@caudal/simulators';
import { expect, test } from 'vitest';
import type { ChainRow } from '../../../src/evidence/chain.ts';
import { createVerifier } from '../../../src/evidence/verify-chain.ts';
import { imbalances } from '../../recovery/imbalances.ts';
import { inFolder } from '../../store/files.ts';
import { startOwnerWith } from '../../store/owner-process.ts';
import { timeLimit } from '../time-limit.ts';
import { cutPower } from './cut-power.ts';
import { buildUnsynced, type Failpoint, type UnsyncedOptions, whyNoPowerCut } from './unsynced.ts';

/** `npm run rig -- --long` sets more; the seed of a failed run cuts the same again, as near as the machine allows. */
const cuts = Number(process.env['CAUDAL_RIG_CUTS'] ?? 8);
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);

const reason = whyNoPowerCut();
const named = (title: string) => (reason === undefined ? title : `${title} (skipped: ${reason})`);
const power = test.skipIf(reason !== undefined);

type Unsynced = ReturnType<typeof buildUnsynced>;

const withUnsynced = (body: (folder: string, unsynced: Unsynced) => Promise<void>) =>
  inFolder(async (folder) => {
    const unsynced = buildUnsynced();
    try {
      await body(folder, unsynced);
    } finally {
      unsynced.remove();
    }
  });

const rowsPath = fileURLToPath(new URL('rows-child.ts', import.meta.url));

/** So many rows are left of 50 that SQLite had committed when the power failed. */
const rowsLeft = async (synchronous: 'FULL' | 'OFF', lies: boolean): Promise<number> => {
  let left = NaN;
  await withUnsynced(async (folder, unsynced) => {
    const path = join(folder, 'rows.db');
    try {
      execFileSync(process.execPath, [rowsPath, path, synchronous], {
        env: { ...process.env, ...unsynced.environment(folder, { lies }) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    } catch (thrown) {
      // It kills itself.
      expect(thrown).toMatchObject({ signal: 'SIGKILL' });
    }
    cutPower(folder, unsynced.kept);
    const database = new DatabaseSync(path);
    try {
      left = Number(database.prepare('SELECT count(*) AS n FROM one').get()?.['n']);
    } catch {
      // Not even the table.
      left = 0;
    }
    database.close();
  });
  return left;
};

power(named('a loss of power takes what SQLite did not sync, and nothing that it did'), async () => {
  expect(await rowsLeft('FULL', false)).toBe(50);
  // So that the test above can fail: the same without syncs, and with a disk that only says it synced.
  expect(await rowsLeft('OFF', false)).toBe(0);
  expect(await rowsLeft('FULL', true)).toBe(0);
});

/** Deaths that no signal from outside would find: about a commit, and while the log is brought into the file. */
const failpoints: readonly Omit<Failpoint, 'time'>[] = [
  { at: 'sync', file: 'caudal.db-wal' },
  { at: 'write', file: 'caudal.db' },
  { at: 'write', file: 'caudal.db-wal' },
  { at: 'sync', file: 'caudal.db' },
  { at: 'synced', file: 'caudal.db-wal' },
  { at: 'synced', file: 'caudal.db' },
];

/** What was acknowledged and is gone, and what else is wrong. */
const judge = (path: string, acknowledged: readonly number[]): string[] => {
  // Nothing was promised yet: whatever is there, the next life has to begin on it.
  if (acknowledged.length === 0) return [];
  if (!existsSync(path)) return ['the database is gone'];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const integrity = String(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']);
    const raws = new Set(
      database
        .prepare('SELECT id FROM raw')
        .all()
        .map(({ id }) => String(id)),
    );
    const audit = database.prepare('SELECT seq, entry, link FROM audit ORDER BY seq').all() as unknown as ChainRow[];
    const verifier = createVerifier();
    audit.every((row) => verifier.push(row));
    const { fault } = verifier.end();
    const wrote = new Set(audit.map(({ entry }) => (JSON.parse(entry) as { subject: string }).subject));
    return [
      ...(integrity === 'ok' ? [] : [integrity]),
      ...(fault === undefined ? [] : [`audit: entry ${fault.seq} ${fault.message}`]),
      ...acknowledged
        .filter((number) => !raws.has(`r${number}`) || !wrote.has(`r${number}`))
        .map((number) => `r${number} was acknowledged and is gone`),
      ...imbalances(path),
    ];
  } catch (thrown) {
    return [(thrown as Error).message];
  } finally {
    database.close();
  }
};

/** Lives that end in a loss of power, one after the other in one folder, each with what `life` says of it, until something is wrong. */
const liveAndCut = async (
  folder: string,
  unsynced: Unsynced,
  random: () => number,
  lives: readonly UnsyncedOptions[],
) => {
  const path = join(folder, 'caudal.db');
  const acknowledged: number[] = [];
  const dropped: Record<string, number> = {};
  const isUp = timeLimit();
  for (const [number, life] of lives.entries()) {
    if (isUp()) return { acknowledged: acknowledged.length, faults: [], dropped, lives: number };
    const child = startOwnerWith(unsynced.environment(folder, life), path, String(1_000_000 * number), 'write');
    const death = once(child, 'exit');
    const most = life.die === undefined ? Math.floor(random() ** 3 * 1_500) : Infinity;
    for (let count = 0; ; count += 1) {
      // All that it had said when it died was acknowledged.
      if (count === most) child.kill('SIGKILL');
      const { value: said, done } = await child.lines.next();
      if (done === true) break;
      if (said !== 'open') acknowledged.push(Number(said));
    }
    expect(await death).toEqual([null, 'SIGKILL']);
    const { files } = cutPower(folder, unsynced.kept, random() < 0.5 ? random : undefined);
    for (const file of files) dropped[file] = (dropped[file] ?? 0) + 1;
    const faults = judge(path, acknowledged);
    if (faults.length > 0) return { acknowledged: acknowledged.length, faults, dropped, lives: number + 1 };
  }
  return { acknowledged: acknowledged.length, faults: [], dropped, lives: lives.length };
};

power(
  named(`${cuts} losses of power take nothing that was acknowledged (seed ${seed})`),
  { timeout: 120_000 + cuts * 10_000 },
  () =>
    withUnsynced(async (folder, unsynced) => {
      const random = mulberry32(seed);
      // Every other death is at a named place, all of them in turn.
      const lives = Array.from({ length: cuts }, (_, number): UnsyncedOptions => {
        const place = failpoints[((number - 1) / 2) % failpoints.length];
        return place === undefined ? {} : { die: { ...place, time: 1 + Math.floor(random() * 20) } };
      });
      const { acknowledged, faults, dropped, lives: lived } = await liveAndCut(folder, unsynced, random, lives);
      console.log(
        `power: seed ${seed}, ${lived} losses, ${acknowledged} records acknowledged, files that lost something: ${JSON.stringify(dropped)}`,
      );
      expect(faults.slice(0, 20)).toEqual([]);
      expect(acknowledged).toBeGreaterThan(cuts);
      expect(dropped).not.toEqual({});
    }),
);

power(named('the same on a disk that only says it synced is found out'), () =>
  withUnsynced(async (folder, unsynced) => {
    const { faults, lives } = await liveAndCut(folder, unsynced, () => 0.9, [{}, { lies: true }]);
    expect(lives).toBe(2);
    expect(faults).not.toEqual([]);
  }),
);
