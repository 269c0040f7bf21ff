/** Switches of sends, and the last late send of a work: spacing over more than a work counts the backlog alone. */
export const outbox = `
ALTER TABLE last_send ADD COLUMN late_at INTEGER;

CREATE TABLE send_switch (
  scope TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX submission_quarantined ON submission (id) WHERE state = 'quarantined';
CREATE INDEX submission_owing ON submission (obligation, state, due_at, slot, max_lag_at) WHERE open = 1;
`;
