import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@caudal/core';
import { expect, test } from 'vitest';
import { statusOf } from '../../src/operate/status.ts';
import type { NewRaw } from '../../src/store/index.ts';
import { openServices } from '../process/services.ts';
import { handClock, inFolder } from '../store/files.ts';
import { imbalances } from '../recovery/imbalances.ts';
import { devices, payloadAt, t0 } from './payloads.ts';

/** `npm run rig -- --long` sets more; the seed of a failed run repeats it. */
const payloads = Number(process.env['CAUDAL_RIG_PAYLOADS'] ?? 20_000);
const seed = Number(process.env['CAUDAL_RIG_SEED'] ?? systemClock.now() % 1_000_000);

const batch = 1_000;
const minute = 60_000;
const idOf = (index: number) => `payload-${index}`;

const data = {
  points: ['good', 'bad'].map((id) => ({
    id,
    name: id,
    kind: 'well' as const,
    series: { level: {}, flow: {}, total: {} },
  })),
  meters: [{ id: 'meter', series: 'bad/total', step: 0.1, pulses: { litersPerPulse: 100 } }],
  devices: Object.entries(devices).map(([id, externalId]) => ({ id: `logger-${id}`, provider: 'tago', externalId })),
  bindings: ['good', 'bad'].flatMap((id) => [
    { device: `logger-${id}`, variable: 'level', series: `${id}/level` },
    { device: `logger-${id}`, variable: 'flow', series: `${id}/flow` },
    ...(id === 'bad' ? [{ device: 'logger-bad', variable: 'pulses', series: 'bad/total', unit: 'pulses' }] : []),
  ]),
};

const rawAt = (index: number): NewRaw => ({
  id: idOf(index),
  instance: 'tago',
  lane: 'live',
  receivedAt: t0 + index * minute,
  envelope: { channel: 'webhook', contentType: 'application/json' },
  body: payloadAt(seed, index).body,
});

interface Kept {
  readonly id: string;
  readonly status: number;
  readonly reason: string | null;
  readonly body: Uint8Array;
}

/** Bodies that differ from what was appended, and ends that are none. */
const faultsOf = (database: DatabaseSync): string[] => {
  const rows = database.prepare(
    'SELECT raw.id, raw.status, raw.reason, raw_body.body FROM raw JOIN raw_body ON raw_body.seq = raw.seq',
  );
  const faults: string[] = [];
  for (const { id, status, reason, body } of rows.iterate() as unknown as Iterable<Kept>) {
    const payload = payloadAt(seed, Number(id.slice(idOf(0).length - 1)));
    if (Buffer.compare(payload.body, body) !== 0) faults.push(`${id}: the body changed`);
    if (status === 3 ? (reason ?? '') === '' : status !== 2) faults.push(`${id}: status ${status}, reason ${reason}`);
    if (payload.kind === 'in order' && status !== 2) faults.push(`${id}: in order, but ${reason}`);
  }
  return faults;
};

const lost = (database: DatabaseSync): string[] => {
  const find = database.prepare(
    "SELECT value FROM value WHERE series = (SELECT id FROM series WHERE name = 'good/level') AND at = ?",
  );
  return Array.from({ length: payloads }, (_, index) => payloadAt(seed, index).valid)
    .flat()
    .filter(({ at, value }) => find.get(at)?.['value'] !== value)
    .map(({ at, value }) => `${value} at ${at}`);
};

test(
  `${payloads} payloads of any kind are read or kept with a reason, and take no good one with them (seed ${seed})`,
  { timeout: 120_000 + payloads * 20 },
  () =>
    inFolder(async (folder) => {
      const services = await openServices(folder, data, handClock());
      const { store } = services;
      let counts: Awaited<ReturnType<typeof statusOf>>['counts'];
      try {
        for (let first = 0; first < payloads; first += batch) {
          const rows = Array.from({ length: Math.min(batch, payloads - first) }, (_, index) => rawAt(first + index));
          const { stored } = await store.write.appendRaw(rows);
          expect(stored).toHaveLength(rows.length);
          await services.processAll();
          // A record that the decoder refuses is expected; one that breaks its batch is an error in the log.
          expect(readFileSync(join(folder, 'caudal.log'), 'utf8').split('\n', 2)).toEqual(['']);
        }
        const status = await statusOf(services);
        counts = status.counts;
        expect(status.failedRaw.length).toBe(20);
        expect(status.failedRaw.filter(({ reason }) => (reason ?? '') === '')).toEqual([]);
      } finally {
        await services.close();
      }
      const { PENDING, PROCESSING, SKIPPED, COMPLETED, FAILED } = counts.raw;
      expect({ PENDING, PROCESSING, SKIPPED, ended: COMPLETED + FAILED }).toEqual({
        PENDING: 0,
        PROCESSING: 0,
        SKIPPED: 0,
        ended: payloads,
      });
      expect(imbalances(join(folder, 'caudal.db'))).toEqual([]);
      const database = new DatabaseSync(join(folder, 'caudal.db'), { readOnly: true });
      try {
        expect(faultsOf(database)).toEqual([]);
        expect(lost(database)).toEqual([]);
      } finally {
        database.close();
      }
    }),
);
