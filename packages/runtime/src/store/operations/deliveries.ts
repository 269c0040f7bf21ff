import type { RecordedDelivery } from '../rows.ts';
import { type Batch, marks } from '../sql.ts';
import { read, write } from './operation.ts';

const columns = { channel: 'text', external_id: 'text', status: 'text', at: 'integer', detail: 'text' } as const;

const find: Batch = {
  columns: { channel: 'text', external_id: 'text', status: 'text' },
  text: (rows) =>
    `SELECT d.status FROM notice_delivery d JOIN ${rows} j ON d.channel = j.channel AND d.external_id = j.external_id AND d.status = j.status`,
};

/** Of a message that is ours, or that may be: one that is being sent has no id yet. */
const insert: Batch = {
  columns,
  text: (rows) => `INSERT INTO notice_delivery (channel, external_id, status, at, detail)
    SELECT channel, external_id, status, at, detail FROM ${rows} j
    WHERE EXISTS (SELECT 1 FROM notice n WHERE n.channel = j.channel AND n.external_id = j.external_id)
       OR EXISTS (SELECT 1 FROM notice n WHERE n.channel = j.channel AND n.state = 'sending')
    ON CONFLICT (channel, external_id, status) DO UPDATE
      SET at = CASE WHEN excluded.at < notice_delivery.at THEN excluded.at ELSE notice_delivery.at END
    RETURNING status`,
};

const owner: Batch = {
  columns: { channel: 'text', external_id: 'text' },
  text: (rows) =>
    `SELECT n.id, n.person, n.event FROM notice n JOIN ${rows} j ON n.channel = j.channel AND n.external_id = j.external_id`,
};

export const recordDeliveries = write('recordDeliveries', {
  class: 'live',
  rows: (_channel, events) => events.length,
  async run({ sql }, channel, events) {
    const recorded: RecordedDelivery[] = [];
    for (const { externalId, status, at, detail } of events) {
      const known = await sql.eachAll(find, [[channel, externalId, status]]);
      const kept = await sql.eachAll(insert, [[channel, externalId, status, at, detail ?? null]]);
      if (kept.length === 0 || known.length > 0) continue;
      const [notice] = await sql.eachAll<NonNullable<RecordedDelivery['notice']>>(owner, [[channel, externalId]]);
      recorded.push({
        externalId,
        status,
        at,
        detail: detail ?? null,
        notice: notice === undefined ? null : { id: notice.id, person: notice.person, event: notice.event },
      });
    }
    return recorded;
  },
});

interface StoredDelivery {
  readonly notice: string;
  readonly status: RecordedDelivery['status'];
  readonly at: number;
  readonly detail: string | null;
}

export const deliveries = read('deliveries', async (sql, notices) =>
  sql.all<StoredDelivery>(
    `SELECT n.id AS notice, d.status, d.at, d.detail FROM notice n
     JOIN notice_delivery d ON d.channel = n.channel AND d.external_id = n.external_id
     WHERE n.id IN (${marks(notices)}) ORDER BY n.id, d.at, d.status`,
    notices,
  ),
);

export const undelivered = read('undelivered', async (sql, limit) =>
  sql.all<StoredDelivery & { readonly person: string; readonly channel: string; readonly event: string }>(
    `SELECT n.id AS notice, n.person, n.channel, n.event, d.status, d.at, d.detail FROM notice_delivery d
     JOIN notice n ON n.channel = d.channel AND n.external_id = d.external_id
     WHERE d.status IN ('bounced', 'rejected', 'complaint') ORDER BY d.at DESC, n.id, d.status LIMIT ?`,
    [limit],
  ),
);
