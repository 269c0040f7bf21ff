/** Data kept beside the provisioned files, with every version; secrets, encrypted; and raw records that a change asks to decode anew. */
export const kept = `
-- One row for each act; serials have no holes.
CREATE TABLE kept_change (serial INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE kept (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- NULL: removed.
  content TEXT,
  serial INTEGER NOT NULL,
  -- 1 for the newest version.
  newest INTEGER NOT NULL,
  PRIMARY KEY (kind, id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_newest ON kept (kind, id) WHERE newest = 1;
CREATE INDEX kept_serial ON kept (serial);

CREATE TABLE redecode (
  instance TEXT NOT NULL,
  device TEXT NOT NULL,
  start INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  PRIMARY KEY (instance, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE secret (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  -- Which key encrypts it; the key itself is never here.
  key_id TEXT NOT NULL,
  -- Nonce, tag and ciphertext, base64.
  sealed TEXT NOT NULL,
  at INTEGER NOT NULL,
  author TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
