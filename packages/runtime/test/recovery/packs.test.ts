import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { verifyStored } from '../../src/evidence/read-chain.ts';
import { createOperations } from '../../src/operate/operations.ts';
import { conservationOf } from '../../src/schedule/conservation.ts';
import { createMaintainer } from '../../src/schedule/maintainer.ts';
import { openStore } from '../../src/store/index.ts';
import { type OpenServices, openServices } from '../process/services.ts';
import { handClock, inFolder } from '../store/files.ts';
import { killOwner, nextLine, startOwner } from '../store/owner-process.ts';
import { bytes, day, hour, minute, processed, raw, t0 } from '../store/rows.ts';
import { imbalances } from './imbalances.ts';

const logger = '5a3c0d9e1f2b4a6c8d7e0001';
const work = 'OB-0101-1';

const dataWith = (scale: number) => ({
  points: [{ id: 'well', name: 'well', kind: 'well' as const, series: { flow: { intervalMinutes: 60 } } }],
  devices: [{ id: 'logger', provider: 'tago', externalId: logger, intervalMinutes: 60 }],
  bindings: [{ device: 'logger', variable: 'flow', series: 'well/flow', scale }],
});

const record = (index: number, at: number) =>
  raw(`record-${index}`, {
    instance: 'tago',
    receivedAt: at + minute,
    envelope: { channel: 'webhook', contentType: 'application/json', device: 'logger' },
    body: bytes(
      JSON.stringify([
        {
          id: `flow-${index}`,
          device: logger,
          variable: 'flow',
          value: 20 + (index % 4),
          time: new Date(at).toISOString(),
        },
      ]),
    ),
  });

/** Submissions for the instants, each of the record with the same index; accepted at once. */
const report = async ({ store }: OpenServices, instants: readonly number[]): Promise<void> => {
  await store.write.expectSubmissions(
    instants.map((slot, index) => ({
      id: `s${index}`,
      obligation: 'well-dga',
      target: 'dga',
      work,
      slot,
      nextAt: slot,
      dueAt: slot + hour,
      maxLagAt: slot + day,
    })),
  );
  for (const [index, slot] of instants.entries()) {
    const change = { id: `s${index}`, nextAt: slot };
    const sources = [{ series: 'well/flow', at: slot, raw: `record-${index}` }];
    await store.write.changeSubmissions([
      {
        ...change,
        epoch: 0,
        state: 'manual',
        sources,
        report: { work: { code: work, settings: {} }, members: {}, submissions: [] },
      },
    ]);
    await store.write.changeSubmissions(
      [{ ...change, epoch: 1, state: 'accepted-unverified', receipt: `R-${index}` }],
      [{ at: slot, actor: 'ana', act: 'receipt entered', subject: `s${index}`, hash: null }],
    );
  }
};

/** What goes by age goes now, not at two in the morning. */
const rounds = async (services: OpenServices): Promise<void> => {
  await createOperations(services, 'ana').runSchedule({ name: 'cleanup-old-data' });
  const maintainer = createMaintainer(services);
  while (await maintainer.step(new AbortController().signal));
};

const idsOf = async ({ store }: OpenServices) => (await store.read.rawList({}, 999)).map(({ id }) => id).toSorted();
const packedOf = async ({ store }: OpenServices) => (await store.read.retained({ years: 6 })).packed.records;

/** Hours of January and of February; a record for each, and one more that nothing is reported of. */
const january = Array.from({ length: 6 }, (_, index) => t0 + index * hour);
const february = Array.from({ length: 4 }, (_, index) => t0 + 31 * day + index * hour);
const instants = [...january, ...february];

const fill = async (services: OpenServices, clock: ReturnType<typeof handClock>): Promise<void> => {
  clock.at = february.at(-1) as number;
  await services.store.write.appendRaw([...instants.map((at, index) => record(index, at)), record(99, t0 + 3 * day)]);
  await services.processAll();
  await report(services, instants);
};

test('a closed month is packed, and reprocess over packs ends in what a clean run has, with the old values as revisions', () =>
  inFolder(async (folder) => {
    const clock = handClock();
    const wrong = await openServices(join(folder, 'mended'), dataWith(10), clock);
    await fill(wrong, clock);
    await rounds(wrong);
    expect(await packedOf(wrong)).toBe(january.length);
    const before = await wrong.store.read.values({ series: ['well/flow'], from: 0, to: Infinity });
    await wrong.close();

    const clean = await openServices(join(folder, 'clean'), dataWith(1), clock);
    await fill(clean, clock);
    const wanted = await clean.store.read.values({ series: ['well/flow'], from: 0, to: Infinity });
    await clean.close();

    const mended = await openServices(join(folder, 'mended'), dataWith(1), clock);
    try {
      await createOperations(mended, 'ana').reprocess({ point: 'well' });
      await mended.processAll();
      expect(await mended.store.read.values({ series: ['well/flow'], from: 0, to: Infinity })).toEqual(wanted);
      for (const { at, value } of before)
        expect(await mended.store.read.revisions('well/flow', at)).toMatchObject([{ at, value }]);
      expect(await packedOf(mended)).toBe(january.length);
      expect((await conservationOf(mended, true)).imbalances).toEqual([]);
      for (const [index, at] of instants.entries())
        expect((await mended.store.read.raw(`record-${index}`))?.body).toEqual(record(index, at).body);
    } finally {
      await mended.close();
    }
  }));

test('after six years a month goes whole unless it is held; what was done stays in a chain that verifies', () =>
  inFolder(async (folder) => {
    const clock = handClock();
    const services = await openServices(folder, dataWith(1), clock);
    try {
      const operations = createOperations(services, 'ana');
      const { read } = services.store;
      await fill(services, clock);
      const hold = await operations.addHold({
        device: 'logger',
        from: january[4] as number,
        to: t0 + day,
        because: 'a court asks',
      });
      clock.at = t0 + 120 * day;
      await rounds(services);
      // What nothing was reported of went after thirty days.
      expect(await idsOf(services)).toHaveLength(instants.length);
      expect(await packedOf(services)).toBe(instants.length);
      expect((await operations.status()).kept).toMatchObject({ nextEnd: Date.UTC(2032, 1, 1), holds: 1 });

      clock.at = Date.UTC(2032, 0, 31, 23);
      await rounds(services);
      expect(await idsOf(services)).toHaveLength(instants.length);

      clock.at = Date.UTC(2032, 1, 1, 1);
      await rounds(services);
      const held = [4, 5].map((index) => `record-${index}`);
      const left = [...held, ...february.map((_, index) => `record-${january.length + index}`)];
      // The hold knows the device, and so by its records alone: no obligation of the configuration reports it.
      expect(await idsOf(services)).toEqual(left.toSorted());
      for (const id of left) {
        const index = Number(id.slice('record-'.length));
        expect((await read.raw(id))?.body).toEqual(record(index, instants[index] as number).body);
      }
      expect(await packedOf(services)).toBe(left.length);
      expect(await read.submission('s0')).toBeNull();
      expect(await read.submission('s6')).not.toBeNull();
      expect((await conservationOf(services, true)).imbalances).toEqual([]);
      expect(await verifyStored(read, {})).toMatchObject({ fault: undefined });
      expect(await read.auditTrail({ subject: 's0', limit: 9 })).toMatchObject([{ act: 'receipt entered' }]);
      expect(await read.auditTrail({ subject: `work:${work}`, limit: 9 })).toMatchObject([
        { act: 'submissions ended by age', detail: { count: january.length } },
      ]);
      const values = await read.values({ series: ['well/flow'], from: 0, to: Infinity });
      expect(values.map(({ at }) => at)).toEqual([...january.slice(4), ...february]);

      await operations.removeHold({ id: hold.id, because: 'it has ended' });
      clock.at += day;
      await rounds(services);
      expect(await idsOf(services)).toEqual(february.map((_, index) => `record-${january.length + index}`).toSorted());
    } finally {
      await services.close();
    }
    expect(imbalances(join(folder, 'caudal.db'))).toEqual([]);
  }));

test('a process killed between packs loses no body and doubles none', { timeout: 180_000 }, () =>
  inFolder(async (folder) => {
    const path = join(folder, 'caudal.db');
    const ids = Array.from({ length: 60 }, (_, index) => `r${index}`);
    const store = await openStore({ path, clock: handClock() });
    await store.write.appendRaw(ids.map((id) => raw(id)));
    await store.write.commitProcessed(
      processed({ marks: ids.map((id) => ({ id, status: 'COMPLETED', readings: 1 })) }),
    );
    await store.close();
    let packs = 0;
    for (const until of [1, 4]) {
      const child = startOwner(path, '0', 'pack');
      expect(await nextLine(child)).toBe('open');
      for (let pack = 0; pack < until; pack += 1) expect(await nextLine(child)).toBe('3');
      packs += until;
      await killOwner(child);
      expect(imbalances(path)).toEqual([]);
    }
    const after = await openStore({ path, clock: handClock() });
    for (const id of ids) expect((await after.read.raw(id))?.body).toEqual(bytes(`body of ${id}`));
    expect((await after.read.retained({ years: 6 })).packed.records).toBeGreaterThanOrEqual(3 * packs);
    await after.close();
  }),
);

test('a pack that is not what was written is refused with what to do, and its neighbours are read', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'caudal.db');
    const store = await openStore({ path, clock: handClock() });
    await store.write.appendRaw([raw('a'), raw('b', { instance: 'other' })]);
    const marks = ['a', 'b'].map((id) => ({ id, status: 'COMPLETED' as const, readings: 1 }));
    await store.write.commitProcessed(processed({ marks }));
    for (const seqs of await store.read.packable({ kept: t0, others: t0 + 1, records: 9, bytes: 999 }))
      await store.write.putPack(await store.read.rawPack(seqs));
    const other = new DatabaseSync(path, { timeout: 5_000 });
    const change = (text: string) => other.exec(text);
    change(`UPDATE raw_packed SET hash = zeroblob(32) WHERE seq = (SELECT seq FROM raw WHERE id = 'a')`);
    await expect(store.read.raw('a')).rejects.toThrow(/raw record a is not in pack \d+ as it came.*restore a backup/u);
    change(
      `UPDATE raw_pack SET data = zeroblob(30) WHERE id = (SELECT i.pack FROM raw_packed i JOIN raw r ON r.seq = i.seq WHERE r.id = 'a')`,
    );
    await expect(store.read.raw('a')).rejects.toThrow(/pack \d+ of raw records can not be read.*restore a backup/u);
    expect((await store.read.raw('b'))?.body).toEqual(bytes('body of b'));
    other.close();
    await store.close();
  }));
