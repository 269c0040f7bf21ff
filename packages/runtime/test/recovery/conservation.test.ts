import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { keepRaw } from '../../src/collect/read.ts';
import { conservationOf, watchConservation } from '../../src/schedule/conservation.ts';
import { openServices } from '../process/services.ts';
import { handClock, inFolder } from '../store/files.ts';
import { day, raw, t0 } from '../store/rows.ts';
import { imbalances } from './imbalances.ts';

const data = { points: [{ id: 'well', name: 'Well', kind: 'well' as const, series: { level: {} } }] };

test('what is received ends as stored, repeated or refused, and what is stored as one status, over retention too', () =>
  inFolder(async (folder) => {
    const services = await openServices(folder, data, handClock());
    try {
      const request = (id: string) => raw(id, { instance: 'tago', request: 'latest', body: new Uint8Array([1]) });
      await keepRaw(services, [raw('a', { instance: 'tago' }), raw('b', { instance: 'tago' })]);
      await keepRaw(services, [request('c')]);
      await keepRaw(services, [request('d')]);
      const lease = { instance: 'tago', device: '', epoch: 7 };
      await expect(keepRaw(services, [raw('e', { instance: 'tago' })], { lease })).rejects.toThrow();
      await services.processAll();
      const before = await conservationOf(services, true);
      expect(before).toMatchObject({
        received: [{ instance: 'tago', received: 5, stored: 3, repeated: 1, refused: 1, underWay: 0 }],
        raw: { stored: 3, forgotten: 0, pending: 0 },
        imbalances: [],
      });
      const gone = await services.store.write.deleteOldRaw({ before: t0 + day, limit: 2 });
      expect(await conservationOf(services, true)).toMatchObject({
        raw: { stored: 3, forgotten: gone },
        imbalances: [],
      });
    } finally {
      await services.close();
    }
    expect(imbalances(join(folder, 'caudal.db'))).toEqual([]);
  }));

test('a record that vanished is an alert that says which count, and ends when all adds up again', () =>
  inFolder(async (folder) => {
    const services = await openServices(folder, data, handClock());
    try {
      await keepRaw(services, [raw('a', { instance: 'tago' }), raw('b', { instance: 'tago' })]);
      const other = new DatabaseSync(join(folder, 'caudal.db'), { timeout: 5_000 });
      other.exec("CREATE TEMP TABLE aside AS SELECT * FROM raw WHERE id = 'a'; DELETE FROM raw WHERE id = 'a'");
      await watchConservation(services, true);
      expect(await services.store.read.openAlerts({ limit: 9 })).toMatchObject([
        {
          event: 'system',
          rule: 'system.conservation',
          severity: 'critical',
          facts: { reason: expect.stringContaining('raw records of tago on disk: 2 expected, 1 found') as string },
        },
      ]);
      expect(imbalances(join(folder, 'caudal.db'))).toContain('stored of tago: 2 counted, 1 there');
      // Counters alone do not see it, and so do not end it.
      await watchConservation(services, false);
      expect(await services.store.read.openAlerts({ limit: 9 })).toHaveLength(1);
      other.exec('INSERT INTO raw SELECT * FROM aside');
      other.close();
      await watchConservation(services, true);
      expect(await services.store.read.openAlerts({ limit: 9 })).toEqual([]);
    } finally {
      await services.close();
    }
  }));
