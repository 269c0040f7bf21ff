/**
 * What people have to correct at a regulator. `taken` is the newest slot that took, or wanted, a value of a series: nothing after it can
 * matter to what was reported, so that values of now cost one look. `task_step` is only appended to; `task` is its last state.
 */
export const tasks = `
CREATE TABLE taken (series INTEGER PRIMARY KEY, slot INTEGER NOT NULL) STRICT;
INSERT INTO taken (series, slot) SELECT s.series, max(u.slot) FROM submission_source s JOIN submission u ON u.id = s.submission GROUP BY s.series;

-- What may concern something reported: a span of a series, or a submission that arrived.
CREATE TABLE recheck (serial INTEGER PRIMARY KEY AUTOINCREMENT, about TEXT NOT NULL, series INTEGER, start INTEGER, stop INTEGER,
  submission TEXT) STRICT;

CREATE TABLE task (
  id TEXT PRIMARY KEY,
  submission TEXT NOT NULL REFERENCES submission (id),
  obligation TEXT NOT NULL,
  target TEXT NOT NULL,
  work TEXT NOT NULL,
  slot INTEGER NOT NULL,
  member TEXT NOT NULL,
  state TEXT NOT NULL,
  held TEXT,
  value TEXT,
  cause TEXT NOT NULL,
  detail TEXT,
  opened_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT,
  reference TEXT,
  steps INTEGER NOT NULL,
  UNIQUE (submission, member)
) STRICT;
CREATE INDEX task_state ON task (state, obligation, slot);
CREATE TABLE task_step (
  task TEXT NOT NULL REFERENCES task (id),
  step INTEGER NOT NULL,
  at INTEGER NOT NULL,
  act TEXT NOT NULL,
  actor TEXT NOT NULL,
  held TEXT,
  value TEXT,
  cause TEXT NOT NULL,
  detail TEXT,
  reason TEXT,
  reference TEXT,
  PRIMARY KEY (task, step)
) STRICT, WITHOUT ROWID;
`;
