import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createMaintainer } from '../../src/schedule/maintainer.ts';
import { minute, openSchedules } from './world.ts';

const token = 'ping-1b2c-secret';

/** A watchdog on loopback that notes who asked. */
const startWatchdog = async () => {
  const asked: string[] = [];
  const watchdog = { asked, status: 200, url: '' };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(watchdog.status, watchdog.status === 302 ? { location: '/elsewhere' } : {}).end('OK');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  watchdog.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}`;
  onTestFinished(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return watchdog;
};

const openBeating = async (method?: 'POST') => {
  const watchdog = await startWatchdog();
  process.env['HEARTBEAT_TEST_URL'] = watchdog.url;
  onTestFinished(() => void delete process.env['HEARTBEAT_TEST_URL']);
  const world = await openSchedules(
    {},
    {
      heartbeat: { url: 'env:HEARTBEAT_TEST_URL', ...(method === undefined ? {} : { method }) },
      log: { console: false, level: 'debug' },
    },
  );
  const maintainer = createMaintainer(world.services);
  world.services.progress.expect('process', 10 * minute);
  const count = (outcome: string) =>
    Number(
      new RegExp(`caudal_heartbeats_total\\{outcome="${outcome}"\\} (\\d+)`).exec(world.services.metrics.text())?.[1] ??
        0,
    );
  return {
    ...world,
    world,
    watchdog,
    count,
    /** A look, after which the beat that it began has ended. */
    look: async (wanted: string): Promise<void> => {
      const before = count(wanted);
      await maintainer.step(new AbortController().signal);
      await expect.poll(() => count(wanted)).toBe(before + 1);
    },
    quiet: () => maintainer.step(new AbortController().signal),
  };
};

test('it beats once a minute while work moves, not while a stage stands still, and again when it moves', async () => {
  const { look, quiet, clock, watchdog, services, count } = await openBeating();
  await look('sent');
  await clock.advance(30_000);
  await quiet();
  expect(watchdog.asked).toEqual([`GET /${token}`]);
  await clock.advance(30_000);
  await look('sent');
  expect(watchdog.asked).toHaveLength(2);
  await clock.advance(11 * minute);
  await look('withheld');
  expect(watchdog.asked).toHaveLength(2);
  services.progress.beat('process');
  await clock.advance(minute);
  await look('sent');
  expect(watchdog.asked).toHaveLength(3);
  expect([count('sent'), count('withheld'), count('failed')]).toEqual([3, 1, 0]);
});

test.each([500, 404, 302])(
  'an answer %i is counted and logged once, raises no alert, and does not tell the address',
  async (status) => {
    const { look, clock, watchdog, services, world } = await openBeating('POST');
    watchdog.status = status;
    for (let times = 0; times < 3; times += 1) {
      await look('failed');
      await clock.advance(minute);
      services.progress.beat('process');
    }
    expect(watchdog.asked).toEqual(Array.from({ length: 3 }, () => `POST /${token}`));
    expect((await services.store.read.openAlerts({ limit: 99 })).filter(({ event }) => event === 'system')).toEqual([]);
    watchdog.status = 200;
    await look('sent');
    const log = readFileSync(join(world.folder, 'caudal.log'), 'utf8');
    expect(log.match(/the heartbeat fails/g)).toHaveLength(1);
    expect(log.match(/the heartbeat is answered again/g)).toHaveLength(1);
    expect(log).not.toContain(token);
  },
);
