import { join } from 'node:path';
import { type CaudalError, closedObject, configured, defineProvider, type RawInput, schemaOf } from '@caudal/core';
import { settled, virtualClock } from '@caudal/testkit';
import type { RuntimeConfig } from '@caudal/runtime';
import { expect, test } from 'vitest';
import { createSubscriber } from '../../src/collect/subscriber.ts';
import { openServices, type OpenServices } from '../process/services.ts';
import { inFolder } from '../store/files.ts';
import { t0 } from '../store/rows.ts';
import { lineData } from './line-vendor.ts';

/** A stream whose other end the test holds. */
interface Held {
  emit(records: readonly RawInput[]): Promise<void>;
  connected(): void;
  readonly signal: AbortSignal;
  end(error?: CaudalError): void;
}

const heldProvider = (streams: Held[], obedient: boolean) =>
  configured(
    defineProvider({
      id: 'held',
      version: '1.0.0',
      config: schemaOf(closedObject({})),
      device: schemaOf(closedObject({})),
      variable: schemaOf(closedObject({})),
      capabilities: { subscribe: { per: 'device' }, limits: [] },
      create: () => ({
        subscribe: (request) =>
          new Promise((resolve, reject) => {
            if (obedient) request.signal.addEventListener('abort', () => resolve(), { once: true });
            streams.push({
              emit: (records) => request.emit(records),
              connected: () => request.connected(),
              signal: request.signal,
              end: (error) => {
                if (error === undefined) resolve();
                else reject(error);
              },
            });
          }),
        check: async () => ({ ok: true, message: 'works' }),
        decode: () => ({ readings: [], problems: [] }),
      }),
    }),
    {},
  );

const record = (text: string): RawInput => ({ body: Buffer.from(text), envelope: { channel: 'subscribe' } });

/** The stage that subscribes, stepped by hand, beside a processor that runs only when told to. */
const withStage = (
  test: (scene: {
    services: OpenServices;
    streams: Held[];
    readonly step: () => Promise<void>;
    readonly pass: (ms: number) => Promise<void>;
    readonly finish: (signal?: AbortSignal) => Promise<void>;
    readonly bodies: () => Promise<string[]>;
  }) => Promise<void>,
  collect: RuntimeConfig['collect'] = {},
  obedient = true,
) =>
  inFolder(async (folder) => {
    const streams: Held[] = [];
    const rest = async () => {
      do await settled();
      while (services.store.waiting > 0);
    };
    const clock = virtualClock(t0, { idle: () => rest() });
    const services: OpenServices = await openServices(join(folder, 'store'), lineData(['a']), clock, {
      providers: { line: heldProvider(streams, obedient) },
      collect,
    });
    const stage = createSubscriber(services);
    if (stage === undefined) throw new Error('nothing to subscribe to');
    services.progress.expect('subscribe', 1);
    const step = async () => {
      await stage.step(new AbortController().signal);
      await rest();
    };
    try {
      await test({
        services,
        streams,
        step,
        pass: async (ms) => {
          await clock.advance(ms);
          await step();
        },
        finish: async (signal = new AbortController().signal) => {
          await stage.finish?.(signal);
        },
        bodies: async () => {
          const rows = await services.store.read.rawList({}, 100);
          const all = await Promise.all(rows.map(({ id }) => services.store.read.raw(id)));
          return all.map((row) => Buffer.from(row?.body ?? []).toString()).toReversed();
        },
      });
    } finally {
      await stage.finish?.(AbortSignal.abort());
      await services.close();
    }
  });

test('what is emitted together is stored in its order, and resolves when it is on disk', () =>
  withStage(async ({ streams, step, bodies }) => {
    await step();
    streams[0]?.connected();
    const emits = Array.from({ length: 20 }, (_, index) =>
      (streams[0] as Held).emit([record(`${index}a`), record(`${index}b`)]),
    );
    await emits[3];
    expect((await bodies()).slice(0, 8)).toEqual(['0a', '0b', '1a', '1b', '2a', '2b', '3a', '3b']);
    await Promise.all(emits);
    expect(await bodies()).toHaveLength(40);
  }));

test('a stream is held while too much waits to be processed, and goes on afterwards', () =>
  withStage(
    async ({ services, streams, step, bodies }) => {
      await step();
      streams[0]?.connected();
      for (let index = 0; index < 4; index += 1) await streams[0]?.emit([record(String(index))]);
      await step();
      let done = false;
      const held = streams[0]?.emit([record('held')]).then(() => (done = true));
      await step();
      expect(done).toBe(false);
      expect(await bodies()).toHaveLength(4);
      await services.processAll();
      await step();
      await held;
      expect(await bodies()).toHaveLength(5);
    },
    { pendingRawLimit: 3 },
  ));

test('more than the host stores at once is refused, so that the vendor sends it again', () =>
  withStage(
    async ({ streams, step }) => {
      await step();
      const results = await Promise.allSettled(
        Array.from({ length: 6 }, (_, i) => (streams[0] as Held).emit([record(`${i}`)])),
      );
      expect(results.map(({ status }) => status)).toEqual([
        ...Array.from({ length: 4 }, () => 'fulfilled'),
        ...Array.from({ length: 2 }, () => 'rejected'),
      ]);
      await expect(streams[0]?.emit([record('later')])).resolves.toBeUndefined();
    },
    { emitsUnderWay: 4 },
  ));

test('a process that slept past its lease stores nothing once another has taken it, and gives its stream up', () =>
  withStage(async ({ services, streams, step, pass, bodies }) => {
    await step();
    streams[0]?.connected();
    await streams[0]?.emit([record('mine')]);
    const until = services.clock.now() + 10 * 60_000;
    // Thirty seconds without a renewal: as if the process had been frozen.
    await services.clock.sleep(0);
    expect(
      await services.store.write.takeLease({ instance: 'line', device: 'logger-a', holder: 'other', until }),
    ).toBeNull();
    await pass(0);
    await services.store.write.recoverLeases();
    await services.store.write.takeLease({ instance: 'line', device: 'logger-a', holder: 'other', until });
    await expect(streams[0]?.emit([record('stolen')])).rejects.toMatchObject({ kind: 'transient' });
    await step();
    expect(streams[0]?.signal.aborted).toBe(true);
    expect(await bodies()).toEqual(['mine']);
    await pass(60_000);
    expect(streams).toHaveLength(1);
    await pass(10 * 60_000);
    await pass(30_000);
    expect(streams).toHaveLength(2);
  }));

test('a stop waits for what is being stored, and refuses what comes after', () =>
  withStage(async ({ streams, step, finish, bodies }) => {
    await step();
    const [stream] = streams;
    const under = stream?.emit([record('under way')]);
    await finish();
    await under;
    expect(await bodies()).toEqual(['under way']);
    await expect(stream?.emit([record('too late')])).rejects.toMatchObject({ kind: 'transient' });
  }));

test('a plugin that does not end when told to keeps nobody waiting', () =>
  withStage(
    async ({ streams, step, finish }) => {
      await step();
      const limit = new AbortController();
      const finished = finish(limit.signal);
      limit.abort(new Error('drained long enough'));
      await finished;
      expect(streams[0]?.signal.aborted).toBe(true);
    },
    {},
    false,
  ));
