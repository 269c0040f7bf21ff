import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '@caudal/core';
import { verifyStored } from '../../src/evidence/read-chain.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import type { Claim, Claims } from '../../src/store/claims.ts';
import { parseAddress } from '../../src/store/postgres/address.ts';
import { examineServer } from '../../src/store/postgres/examine.ts';
import { moveToPostgres } from '../../src/store/postgres/move.ts';
import { inFolder } from './files.ts';
import { nextLine, startOwner } from './owner-process.ts';
import { noServer, type PostgresServer, startPostgres } from './postgres-server.ts';
import { day, minute, processed, raw, submission, t0, value } from './rows.ts';

let server: PostgresServer;
let schemas = 0;
const fresh = () => server.address(`w${(schemas += 1)}`);

/** Somebody else on the server, in the schema of an address. */
const beside = async <T>(address: string, act: (client: Client) => Promise<T>): Promise<T> => {
  const { connectionString, schema } = parseAddress(address);
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SET search_path TO ${schema}`);
    return await act(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const withStore = async (address: string, act: (store: Store) => Promise<void>): Promise<void> => {
  const store = await openStore({ path: address, clock: systemClock });
  try {
    await act(store);
  } finally {
    await store.close();
  }
};

const wholeCount = async ({ read }: Store) => {
  const { found, stored, raw: statuses } = await read.conservation({ rows: true });
  expect(found?.instances).toEqual(stored);
  for (const [status, count] of Object.entries(found?.statuses ?? {})) expect(statuses[status]).toBe(count);
  const { fault, entries } = await verifyStored(read, {});
  expect(fault).toBeUndefined();
  return entries;
};

/**
 * Writers that do not stop for a refusal: each record is written, processed and noted in one go until it is acknowledged, and says how often
 * it was told that it perhaps was written.
 */
const startWriters = (stores: readonly Store[], perStore: number) => {
  const acknowledged: string[] = [];
  const refusals: { kind: string; sent: string }[] = [];
  const state = { stopped: false };
  const lane = async (store: Store, name: string) => {
    for (let number = 0; !state.stopped; number += 1) {
      const id = `${name}-${number}`;
      const entry = { at: number, actor: 'test', act: 'wrote', subject: id, hash: null };
      for (;;)
        try {
          await store.write.appendRaw([raw(id, { instance: name })], { audit: [entry] });
          break;
        } catch (thrown) {
          const { kind, sent } = thrown as { kind: string; sent: string };
          refusals.push({ kind, sent });
          if (kind !== 'transient') throw thrown;
          await sleep(50);
        }
      acknowledged.push(id);
    }
  };
  const done = Promise.all(
    stores.flatMap((store, index) =>
      Array.from({ length: perStore }, (_, number) => lane(store, `s${index}-${number}`)),
    ),
  );
  return {
    acknowledged,
    refusals,
    async stop() {
      state.stopped = true;
      await done;
    },
  };
};

const byText = (a: string, b: string) => (a < b ? -1 : 1);

const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await sleep(20);
};

describe.skipIf(noServer !== undefined)(`PostgreSQL${noServer === undefined ? '' : `: ${noServer}`}`, () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());

  describe('several instances on one database', () => {
    const openOne = (address: string, leaseMs = 60_000) => openStore({ path: address, clock: systemClock, leaseMs });
    const looking = async ({ claims }: Store, free: readonly string[], holds: readonly Claim[] = []) =>
      (claims as Claims).look({ roles: ['collect', 'process'], free, holds });

    it('each part of the work is one instance’s; given back it is free at once, and a stale claim writes nothing', async () => {
      const address = fresh();
      const [first, second] = [await openOne(address), await openOne(address)];
      const [collect] = (await looking(first, ['collect'])).taken as [Claim];
      const found = await looking(second, ['collect', 'process']);
      expect(found.taken.map(({ role }) => role)).toEqual(['process']);
      expect(found.others.get('collect')).toContain(`process ${process.pid}`);
      let lost = 0;
      const under = first.under(collect, () => (lost += 1));
      await under.write.appendRaw([raw('a')]);
      await second.claims?.confirm(found.taken[0] as Claim);
      await first.claims?.give(collect);
      const [taken] = (await looking(second, ['collect'], found.taken)).taken as [Claim];
      expect(taken.epoch).toBeGreaterThan(collect.epoch);
      // Good ones that share a group with one in the name of a claim that is lost are written.
      const results = await Promise.allSettled([
        under.write.appendRaw([raw('b')]),
        first.write.appendRaw([raw('c')]),
        under.write.as('backfill').appendRaw([raw('d')]),
        second.under(taken, () => undefined).write.appendRaw([raw('e')]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
      expect(results[0]).toMatchObject({ reason: { kind: 'transient', sent: 'no' } });
      expect(lost).toBe(2);
      await expect(first.claims?.confirm(collect)).rejects.toMatchObject({ kind: 'transient', sent: 'no' });
      expect(first.disk).toBeNull();
      expect((await looking(first, [], [collect])).lost).toEqual([collect]);
      expect((await first.read.rawList({}, 9)).map(({ id }) => id).toSorted(byText)).toEqual(['a', 'c', 'e']);
      await wholeCount(second);
      await Promise.all([first.close(), second.close()]);
    });

    it('what is left to another one is first its own, and then nobody has too much', async () => {
      const address = fresh();
      const [first, second] = [await openOne(address), await openOne(address)];
      const all = (await looking(first, ['collect', 'process'])).taken;
      expect(all).toHaveLength(2);
      await looking(second, ['collect', 'process']);
      const { wanted } = await looking(first, [], all);
      expect(wanted?.claim.role).toBe('collect');
      await first.claims?.give(wanted?.claim as Claim, wanted?.by);
      const rest = all.filter(({ role }) => role === 'process');
      expect((await looking(first, ['collect'], rest)).taken).toEqual([]);
      const { taken } = await looking(second, ['collect', 'process']);
      expect(taken.map(({ role }) => role)).toEqual(['collect']);
      expect((await looking(first, [], rest)).wanted).toBeUndefined();
      await Promise.all([first.close(), second.close()]);
    });

    it('a frozen one is replaced, and when it thaws it is refused by its epoch: what it acknowledged is there, once', async () => {
      const address = fresh();
      const frozen = startOwner(address, '0', 'write');
      onTestFinished(() => void frozen.kill('SIGKILL'));
      const acknowledged: string[] = [];
      const reading = (async () => {
        for (let line = await nextLine(frozen); line !== 'undefined'; line = await nextLine(frozen))
          if (line !== 'open') acknowledged.push(`r${line}`);
      })();
      await until(() => acknowledged.length >= 100);
      frozen.kill('SIGSTOP');
      const second = await openOne(address, 2_000);
      let taken: readonly Claim[] = [];
      await until(async () => {
        const found = await second.claims
          ?.look({ roles: ['write'], free: ['write'], holds: [] })
          .catch(() => undefined);
        taken = found?.taken ?? [];
        return taken.length > 0;
      });
      await second.under(taken[0] as Claim, () => undefined).write.appendRaw([raw('second')]);
      const ended = once(frozen, 'exit');
      frozen.kill('SIGCONT');
      // Its next write is refused, and it ends of it.
      expect(await ended).toEqual([9, null]);
      await reading;
      const kept = await second.read.rawList({}, 100_000);
      const ids = new Set(kept.map(({ id }) => id));
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
      await wholeCount(second);
      const trail = (await second.read.auditTrail({ limit: 100_000 })).map(({ subject }) => subject);
      expect(new Set(trail).size).toBe(trail.length);
      expect((await second.read.rawList({}, 1))[0]?.id).toBe('second');
      await second.close();
    }, 120_000);
  });

  describe('the schema', () => {
    const types: Readonly<Record<string, string>> = {
      INTEGER: 'bigint',
      TEXT: 'text',
      REAL: 'double precision',
      BLOB: 'bytea',
    };

    it(
      'has the tables and columns of SQLite, with the same keys and what may be null',
      () =>
        inFolder(async (folder) => {
          const file = join(folder, 'caudal.db');
          await (await openStore({ path: file, clock: systemClock })).close();
          const source = new DatabaseSync(file, { readOnly: true });
          const tables = source
            .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`)
            .all()
            .map(({ name }) => String(name));
          const expected = tables.flatMap((table) =>
            source
              .prepare(`PRAGMA table_info(${table})`)
              .all()
              .map(
                ({ name, type, notnull, pk }) =>
                  `${table}.${String(name)} ${types[String(type)]}${notnull === 1 || pk !== 0 ? ' NOT NULL' : ''}`,
              ),
          );
          source.close();
          const address = fresh();
          await withStore(address, () => Promise.resolve());
          const found = await beside(address, async (client) => {
            const { rows } = await client.query<{ column: string }>(
              `SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END AS column
             FROM information_schema.columns WHERE table_schema = current_schema()
               AND table_name NOT IN ('schema_version', 'claim', 'instance') AND table_name NOT LIKE 'value\\_y%' AND table_name <> 'value_other'`,
            );
            return rows.map(({ column }) => column);
          });
          expect(found.toSorted(byText)).toEqual(expected.toSorted(byText));
        }),
      60_000,
    );
  });

  describe('a newer program beside this one', () => {
    it('adds columns to every table: what this one has prepared of them is prepared again, for reading and for writing', async () => {
      const address = fresh();
      await withStore(address, async (store) => {
        const planned = (id: string) => ({
          id,
          instance: 'tago',
          device: 'logger',
          variables: ['level'],
          from: t0,
          to: t0 + minute,
          lane: 'gap' as const,
          state: 'open' as const,
          page: null,
          nextAt: t0,
          reason: null,
        });
        const work = async (number: number) => {
          await store.write.appendRaw([raw(`r${number}`)]);
          await store.write.planReads([planned(`p${number}`)]);
          await store.write.changeReads([{ id: `p${number}`, state: 'done', page: null, nextAt: t0 }]);
          // More than the readers that stand side by side: each has its own connection.
          return Promise.all(Array.from({ length: 20 }, () => store.read.notices(9)));
        };
        await work(1);
        await beside(address, async (client) => {
          for (const table of ['raw', 'planned_read', 'notice', 'tally'])
            await client.query(`ALTER TABLE ${table} ADD COLUMN of_next_release bigint NOT NULL DEFAULT 0`);
        });
        expect(await work(2)).toHaveLength(20);
        expect(store.disk).toBeNull();
        await wholeCount(store);
      });
    });
  });

  describe('doctor', () => {
    it('asks the server what its commits are worth, and says when nobody answers', async () => {
      const seen = await examineServer(fresh(), Date.now());
      expect(seen.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
      const late = await examineServer(fresh(), Date.now() - day);
      expect(late.map(({ state }) => state)).toEqual(['ok', 'ok', 'warning']);
      const nobody = await examineServer('postgres://caudal:geheim@127.0.0.1:1/x', Date.now());
      expect(nobody).toEqual([
        { state: 'failed', message: expect.stringMatching(/^the database can not be reached: /) as string },
      ]);
      expect(JSON.stringify(nobody)).not.toContain('geheim');
    });
  });

  describe('weather', () => {
    it('connections that are cut under load lose nothing and double nothing, and nobody is told', async () => {
      const address = fresh();
      await withStore(address, async (store) => {
        const writers = startWriters([store], 8);
        for (let cuts = 1; cuts <= 10; cuts += 1) {
          const before = writers.acknowledged.length;
          await until(() => writers.acknowledged.length > before + 20);
          await beside(address, (client) =>
            client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'caudal'`),
          );
        }
        await writers.stop();
        expect(writers.refusals).toEqual([]);
        expect(await wholeCount(store)).toBe(writers.acknowledged.length);
      });
    }, 120_000);

    it('a server that is killed and started again has everything that was acknowledged, once', async () => {
      const address = fresh();
      await withStore(address, async (store) => {
        const writers = startWriters([store], 8);
        for (let kills = 0; kills < 3; kills += 1) {
          const before = writers.acknowledged.length;
          await until(() => writers.acknowledged.length > before + 50);
          await server.kill();
          await server.start();
        }
        const before = writers.acknowledged.length;
        await until(() => writers.acknowledged.length > before);
        await writers.stop();
        // One that was told `transient` is written again under its id: a doubled entry would be a lie of `sent: no`.
        expect(writers.refusals.filter(({ sent }) => sent === 'no')).toEqual(writers.refusals);
        expect(await wholeCount(store)).toBe(writers.acknowledged.length);
        const kept = await store.read.rawList({ ids: writers.acknowledged }, 100_000);
        expect(kept.length).toBe(writers.acknowledged.length);
      });
    }, 180_000);

    it('a server that is away is a trouble of the store, and over when it is back', async () => {
      const address = fresh();
      await withStore(address, async (store) => {
        await store.write.remember([{ key: 'a', value: 1 }]);
        await server.kill();
        await expect(store.write.remember([{ key: 'a', value: 2 }])).rejects.toMatchObject({
          kind: 'transient',
          sent: 'no',
          scope: 'instance',
        });
        expect(store.disk?.reason).toMatch(/^the database can not be reached/);
        await server.start();
        await until(() => store.probe());
        expect(store.disk).toBeNull();
        expect(await store.read.recall('a')).toBe(1);
      });
    }, 120_000);

    it('a table that somebody locks for long is refused within its time, and the others are written', async () => {
      const address = fresh();
      await withStore(address, async (store) =>
        beside(address, async (other) => {
          await other.query('BEGIN; LOCK TABLE fact IN ACCESS EXCLUSIVE MODE');
          const [locked, free] = await Promise.allSettled([
            store.write.remember([{ key: 'a', value: 1 }]),
            store.write.appendRaw([raw('r')]),
          ]);
          expect(locked).toMatchObject({
            status: 'rejected',
            reason: {
              kind: 'transient',
              sent: 'no',
              message: expect.stringContaining('locked by another program') as string,
            },
          });
          expect(free.status).toBe('fulfilled');
          await other.query('ROLLBACK');
          await store.write.remember([{ key: 'a', value: 2 }]);
          expect(await store.read.recall('a')).toBe(2);
        }),
      );
    }, 120_000);
  });

  describe('parts of the values', () => {
    const partsOf = (address: string) =>
      beside(address, async (client) => {
        const { rows } = await client.query<{ part: string; count: string }>(
          `SELECT tableoid::regclass::text AS part, count(*) AS count FROM value GROUP BY 1 ORDER BY 1`,
        );
        return Object.fromEntries(rows.map(({ part, count }) => [part, Number(count)]));
      });

    it('are made ahead, a value without one is taken all the same, and later lies in its month', async () => {
      const address = fresh();
      const now = Date.now();
      const old = Date.UTC(2019, 1, 28, 23, 59);
      const rows = [value(old, 1), value(old + minute, 2), value(now, 3), value(now + 32 * day, 4), value(-minute, 5)];
      await withStore(address, async ({ write }) => write.commitProcessed(processed({ values: rows })));
      const before = await partsOf(address);
      expect(before['value_other']).toBe(3);
      expect(Object.keys(before)).toHaveLength(3);
      await withStore(address, async ({ write, read }) => {
        await write.commitProcessed(processed({ values: [value(old, 6)] }));
        expect(await read.values({ series: ['well-1/level'], from: -day, to: now + 40 * day })).toHaveLength(5);
        expect(await read.revisions('well-1/level', old)).toHaveLength(1);
      });
      expect(await partsOf(address)).toMatchObject({ value_other: 1, value_y2019m02: 1, value_y2019m03: 1 });
    });
  });

  describe('a database file moves to a server', () => {
    const fill = async (path: string) => {
      const store = await openStore({ path, clock: systemClock });
      await store.write.appendRaw([raw('r1', { body: new Uint8Array([0, 255, 1]) }), raw('r2', { request: 'q' })]);
      await store.write.commitProcessed(
        processed({
          marks: [{ id: 'r1', status: 'COMPLETED', readings: 2 }],
          values: [value(t0, 0.1 + 0.2, { text: '0.30' }), value(t0 + minute, null, { rawText: 'ñ "\\' })],
          basis: [{ id: 'basis-1', content: { a: [1, null] } }],
          audit: [{ at: t0, actor: 'ana', act: 'entered', subject: 'x', hash: null }],
        }),
      );
      await store.write.expectSubmissions([submission('s', t0)]);
      await store.write.reopen([{ point: 'p', from: -Infinity, reason: 'late' }]);
      const seen = await everything(store);
      await store.close();
      return seen;
    };
    const everything = async ({ read }: Store) => ({
      raw: await read.raw('r1'),
      values: await read.values({ series: ['well-1/level'], from: 0, to: Infinity }),
      submissions: await read.submissionList({ limit: 9 }),
      reopens: await read.reopens(9),
      counts: await read.counts(),
      conservation: await read.conservation({ rows: true }),
      trail: await read.auditTrail({ limit: 9 }),
    });

    it(
      'whole, compared and with its chain, and works on there; a target with data is refused',
      () =>
        inFolder(async (folder) => {
          const file = join(folder, 'caudal.db');
          const seen = await fill(file);
          const address = fresh();
          const moved = await moveToPostgres(file, address, t0);
          expect(moved.chain).toBe(1);
          expect(moved.tables.find(({ table }) => table === 'value')).toMatchObject({ rows: 2 });
          await withStore(address, async (store) => {
            expect(await everything(store)).toEqual(seen);
            await store.write.reopen([{ point: 'q', from: t0, reason: 'new' }]);
            expect((await store.read.reopens(9)).map(({ serial }) => serial)).toEqual([1, 2]);
            await store.write.commitProcessed(processed({ values: [value(t0, 9)] }));
            expect(await store.read.revisions('well-1/level', t0)).toHaveLength(1);
          });
          await expect(moveToPostgres(file, address, t0)).rejects.toMatchObject({ kind: 'config' });
          const again = await openStore({ path: file, clock: systemClock });
          expect(await everything(again)).toEqual(seen);
          await expect(moveToPostgres(file, fresh(), t0)).rejects.toMatchObject({ kind: 'config' });
          await again.close();
        }),
      120_000,
    );
  });
});
