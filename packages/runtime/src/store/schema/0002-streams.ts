/**
 * Streams and the records that need another one.
 *
 * A record that is PENDING with a reason waits for the record it needs: it is no longer in `raw_open`, so that it costs the queue nothing.
 */
export const streams = `
-- Who may write for a stream. Kept when given up: the epoch never falls.
CREATE TABLE lease (
  instance TEXT NOT NULL,
  -- '' for a stream of the whole instance.
  device TEXT NOT NULL,
  holder TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (instance, device)
) STRICT, WITHOUT ROWID;

-- Records that have a name for others, and those that need one.
CREATE TABLE raw_key (seq INTEGER PRIMARY KEY, instance TEXT NOT NULL, key TEXT NOT NULL) STRICT;
CREATE INDEX raw_key_of ON raw_key (instance, key, seq);
CREATE TABLE raw_need (seq INTEGER PRIMARY KEY, instance TEXT NOT NULL, key TEXT NOT NULL) STRICT;
CREATE INDEX raw_need_of ON raw_need (instance, key, seq);
-- Records that wait for one that is not there.
CREATE TABLE raw_parked (seq INTEGER PRIMARY KEY, instance TEXT NOT NULL, key TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
CREATE INDEX raw_parked_of ON raw_parked (instance, key);
CREATE INDEX raw_parked_until ON raw_parked (until);

DROP INDEX raw_open;
CREATE INDEX raw_open ON raw (status, lane, seq) WHERE status < 2 AND reason IS NULL;

CREATE INDEX submission_work ON submission (target, work, slot);
`;
