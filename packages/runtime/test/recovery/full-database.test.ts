import { afterEach, expect, test } from 'vitest';
import type { Runtime } from '@caudal/runtime';
import { hour, minute, openWorld, secrets, start, type TestWorld } from '../pipeline/world.ts';

let world: TestWorld;
afterEach(() => world.close());

const kibibyte = 1024;

/** A body that TagoIO's provider can not read: it is kept as FAILED, and goes by age. */
const push = async (runtime: Runtime, number: number, size: number): Promise<number> => {
  const response = await fetch(`${runtime.url}/webhooks/tago`, {
    method: 'POST',
    headers: { 'x-caudal-secret': secrets.TEST_WEBHOOK_SECRET, 'content-type': 'application/json' },
    body: JSON.stringify([{ number, text: 'x'.repeat(size) }]),
  });
  await response.arrayBuffer();
  return response.status;
};

const readiness = async (runtime: Runtime): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${runtime.url}/health/ready`);
  return { status: response.status, body: await response.json() };
};

test(
  'a full database refuses what comes, keeps what it acknowledged, and heals by itself',
  { timeout: 120_000 },
  async () => {
    world = await openWorld({
      config: (config) => ({ ...config, maxDatabaseBytes: 4 * 1024 * kibibyte, retention: { rawDays: 1 } }),
    });
    const runtime = await world.run();
    await world.clock.advance(30 * minute);
    expect(await readiness(runtime)).toMatchObject({ status: 200, body: { ready: true, disk: null } });

    let accepted = 0;
    let refusal = 0;
    for (let number = 0; number < 100 && refusal === 0; number += 1) {
      const status = await push(runtime, number, 100 * kibibyte);
      if (status < 300) accepted += 1;
      else refusal = status;
    }
    expect(refusal).toBe(503);
    expect(accepted).toBeGreaterThan(5);
    for (let number = 0; number < 400; number += 1) await push(runtime, 1000 + number, kibibyte);
    expect(await readiness(runtime)).toMatchObject({
      status: 503,
      body: { ready: false, disk: { reason: expect.stringContaining('the disk of the database is full') as string } },
    });
    await world.clock.advance(3 * hour);
    const full = await runtime.query.status();
    expect(full).toMatchObject({ ready: false });
    expect(full.counts.raw.FAILED + full.counts.raw.PENDING + full.counts.raw.PROCESSING).toBeGreaterThanOrEqual(
      accepted,
    );
    // A day later retention takes the bodies that stand behind nothing.
    await world.clock.advance(26 * hour);
    expect(await readiness(runtime)).toMatchObject({ status: 200, body: { ready: true, disk: null } });
    expect(await push(runtime, 9999, 100 * kibibyte)).toBeLessThan(300);
    await world.clock.advance(4 * hour);
    const submissions = await runtime.query.submissions({ from: start, to: world.clock.now() - 2 * hour, limit: 200 });
    expect(new Set(submissions.map(({ state }) => state))).toEqual(new Set(['confirmed']));
    expect(world.regulator.ledger.violations).toEqual([]);
    const rows = await runtime.query.values({ series: ['well/total'], from: start, to: start + 24 * hour });
    expect(rows.length).toBe(24 * 6);
  },
);
