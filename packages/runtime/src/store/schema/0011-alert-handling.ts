/** Who took note of an alert, how far it was escalated, and what is silenced. */
export const alertHandling = `
ALTER TABLE alert ADD COLUMN acked_at INTEGER;
ALTER TABLE alert ADD COLUMN acked_by TEXT;
ALTER TABLE alert ADD COLUMN ack_note TEXT;
-- When people were first and last told, and the greatest delay, in ms, of the subscriptions that were.
ALTER TABLE alert ADD COLUMN first_told_at INTEGER;
ALTER TABLE alert ADD COLUMN told_at INTEGER;
ALTER TABLE alert ADD COLUMN escalated INTEGER NOT NULL DEFAULT 0;

CREATE TABLE silence (
  id TEXT PRIMARY KEY,
  -- One alert, or what fits all of these that are not NULL; * stands for any text.
  alert TEXT,
  rule TEXT,
  subject TEXT,
  point TEXT,
  until INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX silence_until ON silence (until);
`;
