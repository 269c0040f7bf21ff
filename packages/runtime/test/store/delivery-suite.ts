import { describe, expect, it } from 'vitest';
import type { DeliveryEvent } from '@caudal/core';
import type { NoticeRow } from '../../src/store/rows.ts';
import { type Open, withStore } from './files.ts';
import { t0 } from './rows.ts';

const notice = (id: string, changed: Partial<NoticeRow> = {}): NoticeRow => ({
  id,
  person: 'ana',
  channel: 'sms',
  event: 'device.silent',
  alerts: [],
  state: 'sent',
  nextAt: t0,
  attempts: 1,
  externalId: `external-${id}`,
  reason: null,
  createdAt: t0,
  sentAt: t0,
  message: null,
  ...changed,
});

const event = (externalId: string, status: DeliveryEvent['status'], at = t0, detail?: string): DeliveryEvent => ({
  externalId,
  status,
  at,
  ...(detail === undefined ? {} : { detail }),
});

export const deliverySuite = (open: Open): void => {
  describe('reports of channels', () => {
    it('are kept once each, with the earliest time, and answered when new', () =>
      withStore(open, async ({ write, read }) => {
        await write.createNotices([notice('a'), notice('b', { channel: 'mail' })], []);
        const first = await write.recordDeliveries('sms', [
          event('external-a', 'delivered', t0 + 5),
          event('external-a', 'delivered', t0 + 3),
          event('external-b', 'sent'),
          event('nobody', 'sent'),
        ]);
        expect(first).toEqual([
          {
            externalId: 'external-a',
            status: 'delivered',
            at: t0 + 5,
            detail: null,
            notice: { id: 'a', person: 'ana', event: 'device.silent' },
          },
        ]);
        expect(await write.recordDeliveries('sms', [event('external-a', 'delivered', t0 + 9)])).toEqual([]);
        expect(await read.deliveries(['a', 'b'])).toEqual([
          { notice: 'a', status: 'delivered', at: t0 + 3, detail: null },
        ]);
        expect(await read.deliveries([])).toEqual([]);
      }));

    it('wait for a message whose id is not written yet', () =>
      withStore(open, async ({ write, read }) => {
        await write.createNotices([notice('a', { state: 'sending', externalId: null, sentAt: null })], []);
        const [early] = await write.recordDeliveries('sms', [event('late', 'sent')]);
        expect(early).toMatchObject({ externalId: 'late', notice: null });
        await write.changeNotices([{ id: 'a', state: 'sent', nextAt: t0, externalId: 'late', sentAt: t0 }]);
        expect(await read.deliveries(['a'])).toMatchObject([{ notice: 'a', status: 'sent' }]);
      }));

    it('say who was not reached, the last first', () =>
      withStore(open, async ({ write, read }) => {
        await write.createNotices([notice('a'), notice('b'), notice('c')], []);
        await write.recordDeliveries('sms', [
          event('external-a', 'bounced', t0 + 1, 'landline'),
          event('external-b', 'rejected', t0 + 2),
          event('external-c', 'delivered', t0 + 3),
        ]);
        expect(await read.undelivered(9)).toEqual([
          {
            notice: 'b',
            person: 'ana',
            channel: 'sms',
            event: 'device.silent',
            status: 'rejected',
            at: t0 + 2,
            detail: null,
          },
          {
            notice: 'a',
            person: 'ana',
            channel: 'sms',
            event: 'device.silent',
            status: 'bounced',
            at: t0 + 1,
            detail: 'landline',
          },
        ]);
        expect(await read.undelivered(1)).toHaveLength(1);
      }));
  });
};
