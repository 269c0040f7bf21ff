import { expect, test } from 'vitest';
import { createOperations } from '../../src/operate/operations.ts';
import { createMaintainer } from '../../src/schedule/maintainer.ts';
import { openServices } from '../process/services.ts';
import { handClock, inFolder } from '../store/files.ts';
import { day, raw, t0 } from '../store/rows.ts';

const points = ['north', 'south'].map((id) => ({ id, name: id, kind: 'well' as const, series: { level: {} } }));
const data = {
  points,
  devices: points.map(({ id }) => ({
    id: `logger-${id}`,
    provider: 'tago',
    externalId: id,
    credential: 'env:NONE' as const,
  })),
  bindings: points.map(({ id }) => ({ device: `logger-${id}`, variable: 'level', series: `${id}/level` })),
};

const of = (id: string, device: string | undefined, receivedAt: number) =>
  raw(id, {
    instance: 'tago',
    receivedAt,
    envelope: { channel: 'pull', ...(device === undefined ? {} : { device }) },
  });

test('a hold beats age until it is removed; what would go is shown first, and is what goes', () =>
  inFolder(async (folder) => {
    const clock = handClock();
    const services = await openServices(folder, data, clock);
    try {
      const operations = createOperations(services, 'ana');
      const maintainer = createMaintainer(services);
      const round = () => maintainer.step(new AbortController().signal);
      const left = async () => (await services.store.read.rawList({}, 99)).map(({ id }) => id).toSorted();
      await services.store.write.appendRaw([
        of('n1', 'logger-north', t0),
        of('n2', 'logger-north', t0 + 2 * day),
        of('s1', 'logger-south', t0),
        of('x1', undefined, t0),
      ]);
      await services.processAll();
      const hold = await operations.addHold({ point: 'north', from: t0, to: t0 + day, because: 'a court asks' });
      expect(await operations.holds()).toMatchObject([{ about: 'point:north', because: 'a court asks', actor: 'ana' }]);

      // From here on the schedule is in force.
      await round();
      clock.at = t0 + 40 * day;
      expect((await operations.previewRetention()).instances).toMatchObject([{ instance: 'tago', records: 2 }]);
      expect(await left()).toHaveLength(4);
      await round();
      // Of a record that names no device nobody knows whose it is: it is held too.
      expect(await left()).toEqual(['n1', 'x1']);
      await round();
      expect(await left()).toEqual(['n1', 'x1']);

      await operations.removeHold({ id: hold.id, because: 'the court has ended' });
      clock.at += day;
      await round();
      expect(await left()).toEqual([]);
      expect(
        (await services.store.read.auditTrail({ subject: 'point:north', limit: 9 })).map(({ act }) => act),
      ).toEqual([`hold ${hold.id} removed: the court has ended`, `hold ${hold.id} added: a court asks`]);
      await expect(operations.addHold({ point: 'west', from: t0, because: 'x' })).rejects.toThrow(
        /there is no point west/u,
      );
      await expect(operations.removeHold({ id: 'none', because: 'x' })).rejects.toThrow(/there is no hold none/u);
    } finally {
      await services.close();
    }
  }));

test('notices that ended and slots of schedules go by their own age, the newest slot of each schedule never', () =>
  inFolder(async (folder) => {
    const services = await openServices(folder, data, handClock());
    try {
      const { write, read } = services.store;
      const notice = (id: string, state: 'sent' | 'pending', createdAt: number) => ({
        id,
        person: 'ana',
        channel: 'mail',
        event: 'system',
        alerts: [],
        state,
        nextAt: t0,
        attempts: 1,
        externalId: id,
        reason: null,
        createdAt,
        sentAt: null,
        message: null,
      });
      await write.createNotices(
        [notice('old', 'sent', t0), notice('open', 'pending', t0), notice('new', 'sent', t0 + day)],
        [],
      );
      await write.recordDeliveries('mail', [{ externalId: 'old', status: 'delivered', at: t0 }]);
      expect(await write.forgetNotices({ before: t0 + 1, limit: 9 })).toEqual({ gone: 1, next: null });
      expect((await read.notices(9)).map(({ id }) => id)).toEqual(['new', 'open']);
      expect(await read.deliveries(['old'])).toEqual([]);

      const slotOf = (schedule: string, slot: number) => ({
        schedule,
        slot,
        at: t0 + slot,
        until: t0 + day,
        missed: 0,
      });
      for (const slot of [1, 2, 3]) await write.takeSlot(slotOf('reread-telemetry', slot));
      await write.takeSlot(slotOf('cleanup-old-data', 1));
      expect(await write.forgetSlots({ before: t0 + day, limit: 1 })).toBe(1);
      expect(await write.forgetSlots({ before: t0 + day, limit: 9 })).toBe(1);
      expect([await read.lastSlot('reread-telemetry'), await read.lastSlot('cleanup-old-data')]).toEqual([3, 1]);
    } finally {
      await services.close();
    }
  }));
