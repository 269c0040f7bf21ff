import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { topLines } from '../../src/cli/top-lines.ts';
import type { Now } from '../../src/operate/now.ts';
import { hour, minute, openWorld, type TestWorld } from '../pipeline/world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await openWorld();
  writeFileSync(
    join(world.folder, 'caudal.config.mjs'),
    `export default { database: ${JSON.stringify(join(world.folder, 'caudal.db'))}, data: [] };\n`,
  );
});
afterEach(() => world.close());

/** The command as it is called, in this process: its lines so far, and its exit code. */
const call = (...args: string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const ended = main([...args, '--config', join(world.folder, 'caudal.config.mjs')], {
    out: (text) => void out.push(...text.split('\n')),
    err: (text) => void err.push(text),
  });
  return { out, err, ended };
};

/** Lets time pass until the command has ended. */
const passUntilEnded = async ({ ended }: { readonly ended: Promise<number> }): Promise<number> => {
  let over = false;
  const note = ended.finally(() => {
    over = true;
  });
  while (!over) {
    await world.clock.advance(minute);
    // The socket is a real one.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return note;
};

const listening = async ({ err }: { readonly err: readonly string[] }) =>
  expect.poll(() => err, { timeout: 60_000 }).toEqual(['caudal tap: listening; Ctrl-C ends it']);

describe('tap', { timeout: 120_000 }, () => {
  test('tells values and submissions as they come, as lines', async () => {
    await world.run();
    const values = call('tap', '--kind', 'values', '--point', 'well', '--lines', '3');
    const sends = call('tap', '--obligation', 'dga-well', '--lines', '2');
    await listening(values);
    await listening(sends);
    expect(await passUntilEnded(values)).toBe(0);
    expect(await passUntilEnded(sends)).toBe(0);
    expect(values.out).toHaveLength(3);
    for (const line of values.out)
      expect(line).toMatch(/^value {7}2026-01-15T\d\d:\d\d:00\.000Z well\/(flow|level|total) [\d.]+ {2}flag \d/);
    expect(sends.out[0]).toMatch(/^submission {2}2026-01-15T1\d:00:00\.000Z dga-well due/);
  });

  test('as NDJSON, alerts among them; another point is not shown', async () => {
    world.vendor.behave({ outages: [{ from: 0, to: Number.MAX_SAFE_INTEGER, as: 'html-502' }] });
    await world.run();
    const alerts = call('tap', '--kind', 'alert', '--lines', '1', '--json');
    const other = call('tap', '--point', 'elsewhere', '--lines', '1');
    await listening(alerts);
    await listening(other);
    expect(await passUntilEnded(alerts)).toBe(0);
    expect(JSON.parse(alerts.out[0] ?? '')).toMatchObject({ type: 'alert', data: { closedAt: null } });
    process.emit('SIGTERM');
    expect(await other.ended).toBe(0);
    expect(other.out).toEqual([]);
  });

  test('says so when nothing runs, or what is asked for is unknown', async () => {
    const none = call('tap');
    expect(await none.ended).toBe(1);
    expect(none.err).toEqual(['caudal tap: nothing runs here that could be followed.']);
    const wrong = call('tap', '--kind', 'values,all');
    expect(await wrong.ended).toBe(2);
    expect(await call('tap', '--lines', 'few').ended).toBe(2);
  });
});

describe('top', { timeout: 120_000 }, () => {
  test('shows a running runtime without a terminal, once, as a table and as JSON', async () => {
    const runtime = await world.run();
    await world.clock.advance(hour + 5 * minute);
    const table = call('top', '--once', '--every', '0.01');
    expect(await table.ended).toBe(0);
    const text = table.out.join('\n');
    expect(text).toMatch(/^2026-01-15T13:05:\d\dZ {2}ready$/m);
    expect(text).toMatch(/^dga: next deadline in \d+ \w+/m);
    for (const stage of ['collect', 'process', 'comply', 'notify', 'maintain'])
      expect(text).toMatch(new RegExp(`^${stage} +\\d+ \\w+ ago +(in \\d+ \\w+|now) +ok$`, 'm'));
    expect(text).toMatch(/^tago +0\.0\/s +0\.0\/s +0\.0\/s +1 +0 +0 +\d+ (s|min)$/m);
    expect(text).toMatch(/^failed so far: none$/m);
    expect(text).toMatch(/^dga: no slot without a value; next owed 2026-01-15T14:00:00Z, dga-well$/m);
    expect(text).not.toContain('\u001B');
    const json = call('top', '--once', '--every', '0.01', '--json');
    expect(await json.ended).toBe(0);
    const shown = JSON.parse(json.out[0] ?? '') as Now & { rates: object };
    const { counts } = await runtime.query.status();
    expect(shown).toMatchObject({
      runs: true,
      ready: true,
      pending: 0,
      openAlerts: counts.openAlerts,
      rates: { values: 0 },
    });
    expect(shown.counted.values).toBe(Object.values(counts.values).reduce((sum, count) => sum + count, 0));
    expect(shown.providers[0]).toMatchObject({ instance: 'tago', devices: 1, silent: 0 });
  });

  test('what waits, is late or stands still is named, and rates are what was done between two looks', () => {
    const at = Date.UTC(2026, 0, 15, 12);
    const provider = {
      instance: 'tago',
      received: 10,
      stored: 10,
      repeated: 0,
      refused: 0,
      underWay: 0,
      devices: 2,
      silent: 1,
      newest: at - 5 * minute,
      streams: 0,
    };
    const before: Now = {
      at: at - 2_000,
      runs: true,
      ready: false,
      disk: null,
      stages: [{ stage: 'process', lastAt: at - hour, dueAt: at - 50 * minute, stalled: true, lastError: 'no luck' }],
      counted: { processed: 10, values: 30, ended: 0, notices: 0 },
      pending: 7,
      lagMs: 90_000,
      open: { due: 2 },
      oldestDue: { obligation: 'dga-well', slot: at - 3 * hour },
      deadlines: [{ target: 'dga', at: at - 2 * hour, late: 1 }],
      owed: [
        { target: 'dga', missing: 3, next: { obligation: 'dga-well', slot: at + hour } },
        { target: 'sma', missing: 1, next: null },
      ],
      failed: { 'failed-reported': 2, rejected: 1 },
      openAlerts: 1,
      providers: [provider],
    };
    const after: Now = {
      ...before,
      at,
      counted: { processed: 14, values: 70, ended: 1, notices: 0 },
      providers: [{ ...provider, stored: 14 }],
    };
    const text = topLines(before, after).join('\n');
    expect(text).toContain('NOT READY');
    expect(text).toContain('raw 7 wait, the oldest for 90 s; processed 2.0/s, values 20/s');
    expect(text).toContain('submissions ended 0.5/s; due 2; notices 0.0/s; open alerts 1');
    expect(text).toContain('oldest due: dga-well 2026-01-15T09:00:00Z, 3 h ago');
    expect(text).toContain('dga: LATE, 1 obligations, the first since 2 h');
    expect(text).toContain('failed so far: failed-reported 2, rejected 1');
    expect(text).toContain('dga: 3 slots without a value; next owed 2026-01-15T13:00:00Z, dga-well');
    expect(text).toContain('sma: 1 slot without a value; nothing is owed next');
    expect(text).toMatch(/^process +60 min ago +now +STALLED: no luck$/m);
    expect(text).toMatch(/^tago +2\.0\/s +0\.0\/s +0\.0\/s +2 +1 +0 +5 min$/m);
    // A restart between the looks counts from zero, and nothing runs backwards.
    expect(topLines(after, { ...before, at: after.at + 2_000 }).join('\n')).toContain('processed 0.0/s');
  });

  test('an interval that is none is wrong usage', async () => {
    expect(await call('top', '--every', 'often').ended).toBe(2);
  });
});
