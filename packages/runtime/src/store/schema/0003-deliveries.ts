/**
 * What channels report of messages. It is kept by the channel's id and not by notice: a report may come before the id it is about
 * has been written.
 */
export const deliveries = `
CREATE TABLE notice_delivery (
  channel TEXT NOT NULL,
  external_id TEXT NOT NULL,
  status TEXT NOT NULL,
  at INTEGER NOT NULL,
  detail TEXT,
  PRIMARY KEY (channel, external_id, status)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_delivery_bad ON notice_delivery (at) WHERE status IN ('bounced', 'rejected', 'complaint');
CREATE INDEX notice_external ON notice (channel, external_id) WHERE external_id IS NOT NULL;
`;
