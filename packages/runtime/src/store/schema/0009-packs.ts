import type { Migration } from './migration.ts';

/**
 * Bodies of closed months in packs, and which raw record each source of a submission is, so that a record can be seen to stand behind
 * nothing any more.
 */
const shape = `
-- 1 when the body is in a pack.
ALTER TABLE raw ADD COLUMN packed INTEGER NOT NULL DEFAULT 0;
DROP INDEX raw_age;
CREATE INDEX raw_age ON raw (kept, packed, received_at);

-- Bodies of one device and one month, one after the other, compressed together.
CREATE TABLE raw_pack (
  id INTEGER PRIMARY KEY,
  -- Bodies in it, and how many of them are of records that are gone.
  records INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0,
  -- Bytes before compression.
  size INTEGER NOT NULL,
  codec TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE INDEX raw_pack_gone ON raw_pack (id) WHERE gone > 0;
-- Where a body begins in its pack, and its SHA-256.
CREATE TABLE raw_packed (seq INTEGER PRIMARY KEY, pack INTEGER NOT NULL, start INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE INDEX raw_packed_of ON raw_packed (pack);

-- The seq of the raw record; NULL where it had gone before.
ALTER TABLE submission_source ADD COLUMN raw INTEGER;
CREATE INDEX submission_source_raw ON submission_source (raw) WHERE raw IS NOT NULL;
`;

const fill = `
UPDATE submission_source SET raw = (SELECT r.seq FROM submission s JOIN json_each(s.sources) j
  JOIN series n ON n.name = json_extract(j.value, '$.series') JOIN raw r ON r.id = json_extract(j.value, '$.raw')
  WHERE s.id = submission_source.submission AND n.id = submission_source.series
    AND json_extract(j.value, '$.at') = submission_source.at);
UPDATE raw SET kept = 0 WHERE kept = 1 AND NOT EXISTS (SELECT 1 FROM submission_source s WHERE s.raw = raw.seq);
`;

/** No database of PostgreSQL held a source before. */
export const packs: Migration = { sqlite: shape + fill, postgres: shape };
