/** Changes that go outward, from the transaction that made them until every outlet has them. Nothing is noted while there is no outlet. */
export const outlets = `
CREATE TABLE outlet (
  name TEXT PRIMARY KEY,
  -- JSON list of the kinds of change that are noted for it.
  wants TEXT NOT NULL,
  -- Serial after the last change that was acknowledged.
  next INTEGER NOT NULL,
  -- Older values from this instant on are still to be noted, from this place on; NULL: none are.
  fill_from INTEGER,
  fill_series INTEGER NOT NULL,
  fill_at INTEGER NOT NULL,
  -- When a configuration that has it was last seen, and when something was last acknowledged.
  seen_at INTEGER NOT NULL,
  acked_at INTEGER
) STRICT, WITHOUT ROWID;
-- One transaction writes at a time: serials rise in the order of the commits.
CREATE TABLE outgoing (
  serial INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  -- The one it is for; NULL: all.
  outlet TEXT,
  content TEXT NOT NULL
) STRICT;
`;
