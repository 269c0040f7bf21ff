import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedObject, configured, defineProvider, type Json, type ProviderCapabilities, schemaOf } from '@caudal/core';
import { createRuntime, type Runtime } from '@caudal/runtime';
import { settled, virtualClock } from '@caudal/testkit';
import { stringify } from 'yaml';
import { expect, test } from 'vitest';

const minute = 60_000;
const start = Date.UTC(2026, 0, 15, 12);

type Pull = (page: Json | undefined, device: string) => Promise<{ text: string | undefined; page?: Json }>;

/** A vendor of a few lines: each body is one number, measured when it was asked for. */
const feed = (
  pull: ProviderCapabilities['pull'],
  concurrency: ProviderCapabilities['concurrency'],
  answer: Pull,
  now: () => number,
) =>
  configured(
    defineProvider({
      id: 'feed',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: {
        ...(pull === undefined ? {} : { pull }),
        limits: [],
        ...(concurrency === undefined ? {} : { concurrency }),
      },
      create: () => ({
        async pull({ devices, page }) {
          const device = devices[0]?.externalId ?? '';
          const { text, page: next } = await answer(page, device);
          const body = Buffer.from(`${device} ${now()} ${text}`);
          return {
            records: text === undefined ? [] : [{ body, envelope: { channel: 'pull' } }],
            ...(next === undefined ? {} : { page: next }),
          };
        },
        check: async () => ({ ok: true, message: 'works' }),
        decode({ body }) {
          const [device = '', at, raw = ''] = Buffer.from(body).toString().split(' ');
          return { readings: [{ device, variable: 'flow', at: Number(at), value: Number(raw), raw }], problems: [] };
        },
      }),
    }),
    {},
  );

const run = async (
  devices: readonly string[],
  pull: NonNullable<ProviderCapabilities['pull']>,
  concurrency: ProviderCapabilities['concurrency'],
  answer: Pull,
  inside: (runtime: Runtime, advance: (ms: number) => Promise<void>, restart: () => Promise<Runtime>) => Promise<void>,
) => {
  const folder = mkdtempSync(join(tmpdir(), 'caudal-feed-'));
  let runtime: Runtime | undefined;
  const clock = virtualClock(start, {
    async idle() {
      do await settled();
      while (runtime?.busy === true);
    },
  });
  process.env['FEED_TOKEN'] = 'feed-token';
  writeFileSync(
    join(folder, 'data.yaml'),
    stringify({
      points: devices.map((id) => ({ id: `point-${id}`, name: id, kind: 'well', series: { flow: {} } })),
      devices: devices.map((id) => ({
        id,
        provider: 'feed',
        externalId: id,
        credential: 'env:FEED_TOKEN',
        pollMinutes: 5,
      })),
      bindings: devices.map((id) => ({ device: id, variable: 'flow', series: `point-${id}/flow` })),
    }),
  );
  const open = async () => {
    runtime = await createRuntime({
      database: join(folder, 'caudal.db'),
      data: [join(folder, 'data.yaml')],
      providers: { feed: feed(pull, concurrency, answer, () => clock.now()) },
      http: { enabled: false },
      log: { console: false },
      drainSeconds: 1,
      clock,
    });
    await runtime.start();
    return runtime;
  };
  try {
    await inside(
      await open(),
      (ms) => clock.advance(ms),
      async () => {
        await runtime?.stop();
        return open();
      },
    );
  } finally {
    await runtime?.stop();
    delete process.env['FEED_TOKEN'];
    rmSync(folder, { recursive: true, force: true });
  }
};

test('a cursor is kept over reads and restarts, and a feed that always names one ends its read when nothing is new', async () => {
  const asked: (Json | undefined)[] = [];
  let waiting = ['1', '2'];
  let position = 0;
  const answer: Pull = async (page) => {
    asked.push(page);
    const text = waiting.shift();
    if (text !== undefined) position += 1;
    return { text, page: position };
  };
  await run(
    ['a'],
    { scope: 'device', by: 'cursor', range: false, maxLimit: 10 },
    undefined,
    answer,
    async (_runtime, advance, restart) => {
      await advance(minute);
      expect(asked).toEqual([undefined, 1, 2]);
      waiting = ['3'];
      await restart();
      await advance(minute);
      expect(asked.slice(3)).toEqual([2, 3]);
    },
  );
});

test('no more requests of one credential are under way than its vendor allows', async () => {
  let underWay = 0;
  let most = 0;
  const release: (() => void)[] = [];
  const answer: Pull = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise<void>((resolve) => release.push(resolve));
    underWay -= 1;
    return { text: '5' };
  };
  await run(
    ['a', 'b', 'c'],
    { scope: 'device', by: 'time', range: false, maxLimit: 10 },
    { perCredential: 1 },
    answer,
    async (runtime, advance) => {
      for (let turn = 0; turn < 3; turn += 1) {
        await advance(minute / 2);
        expect(release).toHaveLength(1);
        release.shift()?.();
      }
      await advance(minute);
      expect(most).toBe(1);
      for (const id of ['a', 'b', 'c']) {
        expect(
          await runtime.query.values({ series: [`point-${id}/flow`], from: start, to: start + 10 * minute }),
        ).toMatchObject([{ value: 5 }]);
      }
      for (const resolve of release) resolve();
    },
  );
});
