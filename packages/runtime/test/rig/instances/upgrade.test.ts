/**
 * A release to come is put in the place of this one, an instance at a time, while all of them work.
 *
 * There is no program of a release to come, and one of the past does not know what this one needs. So the older release is the program as it is here,
 * unchanged, and the newer one the same with one migration more, which `next-release.ts` appends: a column on every table, a table, an index. What is
 * judged is what every release has to be able to do: to work, and to start again, on tables that a newer one has added to. What a newer release
 * does with its own columns is that release's to test; a migration that takes something away says so by `contracts`, and keeps this one out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { systemClock } from '@caudal/core';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../../src/store/schema/migrations.ts';
import { parseAddress } from '../../../src/store/postgres/address.ts';
import { noServer } from '../../store/postgres-server.ts';
import { judge } from '../crash/judge.ts';
import { start, wellsOwing } from '../crash/scene.ts';
import { endOf, settle, startPushing } from './play.ts';
import { judgeSchedules } from './schedules.ts';
import { openScene, type Instance, type Scene } from './scene.ts';

/** Few, so that the time goes into the changes and not into waiting for slots. */
const wells = wellsOwing(1).slice(0, 4);
const rate = 16;
const count = Number(process.env['CAUDAL_RIG_UPGRADED'] ?? 2);

const versionOf = async (address: string): Promise<number> => {
  const { connectionString, schema } = parseAddress(address);
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>(
      `SELECT max(version) AS version FROM "${schema}".schema_version`,
    );
    return Number(rows[0]?.version);
  } finally {
    await client.end();
  }
};

/** What no program says as long as it understands its database. */
const bugsOf = ({ instances }: Scene): readonly string[] =>
  instances.flatMap(({ place }) =>
    existsSync(`${place}.errors.log`)
      ? readFileSync(`${place}.errors.log`, 'utf8')
          .split('\n')
          .filter((line) => line.includes('"kind":"bug"'))
      : [],
  );

/** Until so much more was acknowledged to the vendor, so that every instance had its share of work. */
const moreWork = async ({ relay }: Scene) => {
  const before = relay.acknowledged.length;
  while (relay.acknowledged.length < before + 6) await systemClock.sleep(50);
};

describe.skipIf(noServer !== undefined)(`rolling upgrade${noServer === undefined ? '' : `: ${noServer}`}`, () => {
  test(
    `${count} instances of this release are replaced one by one under load: nothing lost, nothing doubled, those of before work until they are ended`,
    {
      timeout: 400_000,
    },
    async () => {
      const scene = await openScene({ instances: count, skewMs: 0, leaseSeconds: 4, rate, wells, pollMinutes: 0.5 });
      const pushing = startPushing(scene);
      try {
        const [first, second] = scene.instances as [Instance, Instance];
        scene.go(rate);
        await moreWork(scene);
        expect(await versionOf(scene.database)).toBe(migrations.length);

        await scene.replace(first, 'next');
        expect(await versionOf(scene.database)).toBe(migrations.length + 1);
        // The tables have changed under the others.
        await moreWork(scene);
        expect(scene.instances.filter(({ run }) => run.endedAt !== undefined)).toEqual([]);
        // One of before that dies comes back as what it was.
        await scene.kill(second);
        await moreWork(scene);

        for (const instance of scene.instances.slice(1)) {
          await scene.replace(instance, 'next');
          await moreWork(scene);
        }

        const sent = await pushing.stop();
        await settle(scene, 10);
        const evidence = await endOf(scene, wells);
        expect(bugsOf(scene)).toEqual([]);
        expect(judge(evidence, sent)).toEqual([]);
        expect(judgeSchedules(evidence.database, { from: start, to: start, absent: scene.absent })).toEqual([]);
      } catch (thrown) {
        const lost = scene.lost();
        if (lost !== undefined) console.error(lost);
        throw thrown;
      } finally {
        await pushing.stop();
        await scene.close();
      }
    },
  );
});
