import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createRuntime, type Runtime, type RuntimeConfig } from '../../src/index.ts';
import { parts, partsOf } from '../../src/roles/roles.ts';
import { noServer, type PostgresServer, startPostgres } from '../store/postgres-server.ts';

const started = async (config: RuntimeConfig): Promise<{ readonly runtime: Runtime; readonly folder: string }> => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-roles-'));
  writeFileSync(join(folder, 'data.yaml'), 'points: []\n');
  const runtime = await createRuntime({
    folder,
    data: [join(folder, 'data.yaml')],
    http: { port: 0 },
    log: { console: false },
    leaseSeconds: 30,
    ...config,
    ...(config.database === undefined ? { database: join(folder, 'caudal.db') } : {}),
  });
  onTestFinished(async () => {
    await runtime.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await runtime.start();
  return { runtime, folder };
};

const statusOf = async (runtime: Runtime, path: string) => (await fetch(`${runtime.url}${path}`)).status;
const here = async (runtime: Runtime) =>
  (await runtime.query.status()).parts.filter(({ by }) => by === 'here').map(({ part }) => part);
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await sleep(50);
};

test('roles are parts of the work; whoever works may look after the whole, a mere server of the API may not', () => {
  const all = ['collect', 'process', 'comply', 'notify', 'publish', 'api'] as const;
  expect(partsOf(all, true)).toEqual(parts);
  expect(partsOf(all, false)).toEqual(parts.filter((part) => part !== 'publish'));
  expect(partsOf(['collect', 'api'], true)).toEqual(['collect', 'maintain']);
  expect(partsOf(['publish'], true)).toEqual(['publish', 'maintain']);
  expect(partsOf(['api'], true)).toEqual([]);
});

test('on a file the roles say which stages run, and whether the API is served', async () => {
  const { runtime } = await started({ roles: ['collect', 'notify'] });
  const { stages } = await runtime.query.status();
  expect(stages.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['collect', 'notify', 'maintain']));
  expect(stages.map(({ stage }) => stage)).not.toContain('process');
  expect(await statusOf(runtime, '/health/live')).toBe(200);
  expect(await statusOf(runtime, '/metrics')).toBe(200);
  expect(await statusOf(runtime, '/api/v1/status')).toBe(404);
  expect(await statusOf(runtime, '/webhooks/x')).toBe(404);
});

test('a role that there is not is named with its place', async () => {
  await expect(started({ roles: ['colect'] as never })).rejects.toThrow(/roles/);
});

describe.skipIf(noServer !== undefined)(`on PostgreSQL${noServer === undefined ? '' : `: ${noServer}`}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ sync: false });
  });
  afterAll(() => server.remove());

  test('instances with different roles work side by side, and one that stands by ends at once', async () => {
    const database = server.address('roles');
    const { runtime: reader } = await started({ database, roles: ['collect'] });
    await until(async () => (await here(reader)).length === 2);
    const { runtime: judge } = await started({ database, roles: ['process', 'api'] });
    await until(async () => (await here(judge)).includes('process'));
    expect(await here(reader)).toEqual(['collect', 'maintain']);
    expect(await here(judge)).toEqual(['process']);
    expect(await statusOf(judge, '/api/v1/status')).toBe(401);
    const { runtime: waiting } = await started({ database, roles: ['process'] });
    await until(async () => (await waiting.query.status()).parts.every(({ by }) => by !== null && by !== 'here'));
    expect(await statusOf(waiting, '/health/ready')).toBe(200);
    await waiting.stop();
    const { runtime: heir } = await started({ database, roles: ['process'] });
    await judge.stop();
    await until(async () => (await here(heir)).includes('process'));
  });

  test('instances with the same roles come to equal shares', async () => {
    const database = server.address('shares');
    const all = [await started({ database }), await started({ database })].map(({ runtime }) => runtime);
    const shares = () => Promise.all(all.map(here));
    await until(async () => {
      const counts = (await shares()).map(({ length }) => length);
      return Math.min(...counts) === 2 && Math.max(...counts) === 3;
    });
    expect(new Set((await shares()).flat())).toEqual(new Set(parts.filter((part) => part !== 'publish')));
  });
});
