import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@caudal/core';
import { startDga } from '@caudal/simulators';
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { spawnNode } from '../../spawn-node.ts';
import { offsetClock } from '../offset-clock.ts';
import { timeLimit } from '../time-limit.ts';
import type { KillChildOptions } from './child.ts';

const kills = Number(process.env['CAUDAL_RIG_BETWEEN'] ?? 30);

const minute = 60_000;
/** 08:01 at the regulator: data come, and nothing may be sent yet. */
const start = Date.UTC(2026, 0, 15, 12, 1);
/** The slot of 08:00 may be sent. */
const sending = Date.UTC(2026, 0, 15, 12, 16);
const slot = Date.UTC(2026, 0, 15, 12);
const nextDay = Date.UTC(2026, 0, 16, 4, 0, 1);
const centre = '77555666-8';
const informant = '20999888-2';
const password = 'informant password';
const wells = Array.from({ length: kills }, (_, index) => ({ id: `well${index}`, code: `OB-0101-${100 + index}` }));
const names = ['total', 'flow', 'level'];

const data = {
  points: wells.map(({ id }) => ({
    id,
    name: id,
    kind: 'well',
    series: Object.fromEntries(names.map((name) => [name, { intervalMinutes: 30 }])),
  })),
  devices: wells.map(({ id }) => ({ id, provider: 'rig', externalId: id, intervalMinutes: 30 })),
  bindings: wells.flatMap(({ id }) => names.map((name) => ({ device: id, variable: name, series: `${id}/${name}` }))),
  obligations: wells.map(({ id, code }) => ({
    id,
    target: 'dga',
    work: {
      code,
      settings: { variant: 'subterranea', informant: { rut: informant, password: 'env:RIG_DGA_PASSWORD' } },
    },
    standard: 'MAYOR',
    from: new Date(slot).toISOString(),
    to: new Date(slot + minute).toISOString(),
    members: {
      caudal: { series: `${id}/flow` },
      totalizador: { series: `${id}/total` },
      nivelFreaticoDelPozo: { series: `${id}/level` },
    },
  })),
};

/** How many values there are for the slot. */
const values = (path: string): number => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return (database.prepare('SELECT count(*) AS n FROM value WHERE at = ?').get(slot) as { n: number }).n;
  } finally {
    database.close();
  }
};

const states = (path: string): Record<string, number> => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare('SELECT state, count(*) AS n FROM submission GROUP BY state').all();
    return Object.fromEntries((rows as unknown as { state: string; n: number }[]).map(({ state, n }) => [state, n]));
  } finally {
    database.close();
  }
};

test(
  `${kills} kills between send and answer: all are unknown, and received by the rules on their day`,
  // Nothing is judged by how long it took.
  { timeout: 300_000 + kills * 30_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'caudal-kills-'));
    const clock = offsetClock(start - systemClock.now());
    const regulator = await startDga({
      clock,
      centres: [centre],
      informants: [{ rut: informant, password }],
      works: wells.map(({ code }) => ({ code, variant: 'subterranea' as const, informant })),
      toleranceMs: 60_000,
    });
    writeFileSync(join(folder, 'data.yaml'), stringify(data));
    const options: KillChildOptions = {
      database: join(folder, 'caudal.db'),
      data: join(folder, 'data.yaml'),
      regulatorUrl: regulator.url,
      centre,
      sends: 1,
    };
    const children: ChildProcess[] = [];
    const begin = (changed: Partial<KillChildOptions> = {}) => {
      const child = spawnNode(
        new URL('child.ts', import.meta.url),
        [JSON.stringify({ ...options, ...changed }), String(clock.offset)],
        { env: { RIG_DGA_PASSWORD: password }, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      children.push(child);
      return child;
    };
    const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    };
    const posts = () => regulator.ledger.requests.filter(({ method }) => method === 'POST').length;
    try {
      const reading = begin();
      await once(reading.stdout as NodeJS.ReadableStream, 'data');
      while (values(options.database) < kills * names.length) await clock.sleep(100);
      await end(reading, 'SIGTERM');
      clock.offset += sending - clock.now();
      regulator.behave({ post: { always: 'store-then-hang' } });
      const isUp = timeLimit();
      let killed = 0;
      for (; killed < kills && !isUp(); killed += 1) {
        const child = begin();
        await regulator.ledger.until(() => posts() > killed);
        await end(child, 'SIGKILL');
      }
      if (killed === kills) {
        // A whole life later on the same day: everything is unknown, and nothing moves.
        const looking = begin();
        await once(looking.stdout as NodeJS.ReadableStream, 'data');
        await clock.sleep(2_000);
        await end(looking, 'SIGTERM');
        expect(states(options.database)).toEqual({ unknown: kills });
      }
      expect(posts()).toBe(killed);
      expect(regulator.ledger.records).toHaveLength(killed);

      regulator.behave({ post: { always: null } });
      clock.offset += nextDay - clock.now();
      const settling = begin({ sends: 8 });
      while (states(options.database)['confirmed'] !== kills) await clock.sleep(200);
      await end(settling, 'SIGTERM');
      console.log(`between: ${killed} kills, ${regulator.ledger.records.length} records, ${posts()} sends`);
      expect(states(options.database)).toEqual({ confirmed: kills });
      expect(posts()).toBe(kills + killed);
      expect(regulator.ledger.records).toHaveLength(kills);
      expect(regulator.ledger.violations).toEqual([]);
    } finally {
      for (const child of children)
        if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGKILL');
      await regulator.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
