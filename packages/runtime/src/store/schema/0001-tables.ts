/**
 * The first schema. Instants are UTC milliseconds; lists and objects are JSON text. Hot tables name each other by integer and carry
 * no foreign keys, as their rows are written together with what they point to.
 *
 * `value.text` and `value.raw_text` are NULL when they are the shortest text of `value`; `codes` is NULL when there are none.
 */
export const tables = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Counts that would take a scan, kept by the operations.
CREATE TABLE tally (kind TEXT NOT NULL, key TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;

CREATE TABLE raw (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  instance TEXT NOT NULL,
  -- JSON list of the devices that the envelope names.
  devices TEXT,
  -- Index in lanes.
  lane INTEGER NOT NULL,
  -- 0 PENDING, 1 PROCESSING, 2 COMPLETED, 3 FAILED, 4 SKIPPED.
  status INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  envelope TEXT NOT NULL,
  size INTEGER NOT NULL,
  reason TEXT,
  readings INTEGER,
  problems TEXT,
  repeats INTEGER NOT NULL DEFAULT 0,
  repeated_at INTEGER,
  processed_at INTEGER,
  -- 1 when a submission names it as a source: kept as long as the submission.
  kept INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX raw_open ON raw (status, lane, seq) WHERE status < 2;
CREATE INDEX raw_age ON raw (kept, received_at);
-- Apart, so that a change of status does not write the body again.
CREATE TABLE raw_body (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
-- The last answer to each request.
CREATE TABLE request (instance TEXT NOT NULL, request TEXT NOT NULL, hash TEXT NOT NULL, raw TEXT NOT NULL,
  PRIMARY KEY (instance, request)) STRICT, WITHOUT ROWID;
CREATE INDEX request_raw ON request (raw);

CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
-- Where values come from: few rows that many values share.
CREATE TABLE source (id INTEGER PRIMARY KEY, device TEXT NOT NULL, variable TEXT NOT NULL, priority INTEGER NOT NULL,
  origin TEXT NOT NULL, basis TEXT NOT NULL, UNIQUE (device, variable, priority, origin, basis)) STRICT;
CREATE TABLE basis (id TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE value (
  series INTEGER NOT NULL,
  at INTEGER NOT NULL,
  value REAL,
  text TEXT,
  flag INTEGER NOT NULL,
  codes TEXT,
  final INTEGER NOT NULL,
  source INTEGER NOT NULL,
  raw TEXT NOT NULL,
  vendor_id TEXT,
  raw_text TEXT,
  PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE value_revision (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL,
  at INTEGER NOT NULL,
  value REAL,
  text TEXT,
  flag INTEGER NOT NULL,
  codes TEXT,
  final INTEGER NOT NULL,
  source INTEGER NOT NULL,
  raw TEXT NOT NULL,
  vendor_id TEXT,
  raw_text TEXT,
  replaced_at INTEGER NOT NULL
) STRICT;
CREATE INDEX value_revision_of ON value_revision (series, at);

CREATE TABLE finding (
  point TEXT NOT NULL, rule TEXT NOT NULL, key TEXT NOT NULL, series TEXT NOT NULL, rule_version TEXT NOT NULL,
  about TEXT NOT NULL, role TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, code TEXT NOT NULL,
  flag INTEGER NOT NULL, status TEXT NOT NULL, detail TEXT,
  PRIMARY KEY (point, rule, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_point ON finding (point, start);
CREATE INDEX finding_series ON finding (series, start);
CREATE INDEX finding_start ON finding (start);
CREATE INDEX finding_code ON finding (code);
CREATE TABLE correction (
  point TEXT NOT NULL, rule TEXT NOT NULL, key TEXT NOT NULL, series TEXT NOT NULL, rule_version TEXT NOT NULL,
  role TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, method TEXT NOT NULL, amount REAL,
  origin TEXT NOT NULL, state TEXT NOT NULL, because TEXT NOT NULL,
  PRIMARY KEY (point, rule, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_point ON correction (point, start);
CREATE INDEX correction_series ON correction (series, start);
CREATE TABLE checkpoint (point TEXT NOT NULL, frontier INTEGER NOT NULL, rules TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (point, frontier)) STRICT;

CREATE TABLE watermark (device TEXT NOT NULL, variable TEXT NOT NULL, decoded_to INTEGER NOT NULL,
  PRIMARY KEY (device, variable)) STRICT, WITHOUT ROWID;
CREATE TABLE contact (device TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE unclaimed (instance TEXT NOT NULL, device TEXT NOT NULL, variable TEXT NOT NULL, count INTEGER NOT NULL,
  last_at INTEGER NOT NULL, last_raw TEXT NOT NULL, PRIMARY KEY (instance, device, variable)) STRICT, WITHOUT ROWID;
CREATE TABLE reopen (serial INTEGER PRIMARY KEY AUTOINCREMENT, point TEXT NOT NULL, start INTEGER NOT NULL, reason TEXT NOT NULL,
  UNIQUE (point, start)) STRICT;

CREATE TABLE submission (
  id TEXT PRIMARY KEY,
  obligation TEXT NOT NULL,
  target TEXT NOT NULL,
  work TEXT NOT NULL,
  slot INTEGER NOT NULL,
  state TEXT NOT NULL,
  -- 1 while something is still to be done.
  open INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  max_lag_at INTEGER NOT NULL,
  report TEXT,
  sources TEXT,
  receipt TEXT,
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  confirmed_at INTEGER,
  configuration TEXT,
  epoch INTEGER NOT NULL DEFAULT 0,
  UNIQUE (obligation, slot)
) STRICT;
CREATE INDEX submission_late ON submission (state, slot, next_at, due_at, target) WHERE open = 1;
CREATE INDEX submission_fresh ON submission (state, due_at, next_at, slot, target) WHERE open = 1;
CREATE INDEX submission_slot ON submission (slot);
CREATE INDEX submission_receipt ON submission (receipt) WHERE receipt IS NOT NULL;
CREATE TABLE submission_source (series INTEGER NOT NULL, at INTEGER NOT NULL, submission TEXT NOT NULL REFERENCES submission (id),
  PRIMARY KEY (series, at, submission)) STRICT, WITHOUT ROWID;
CREATE INDEX submission_source_of ON submission_source (submission);
CREATE TABLE attempt (
  id TEXT PRIMARY KEY,
  submission TEXT NOT NULL REFERENCES submission (id),
  kind TEXT NOT NULL,
  artifact TEXT,
  artifact_hash TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT NOT NULL,
  reason TEXT,
  answer TEXT
) STRICT;
CREATE INDEX attempt_submission ON attempt (submission, started_at);
CREATE INDEX attempt_open ON attempt (started_at) WHERE outcome = 'open';
CREATE TABLE last_send (target TEXT NOT NULL, work TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (target, work)) STRICT, WITHOUT ROWID;

CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  event TEXT NOT NULL,
  rule TEXT NOT NULL,
  subject TEXT NOT NULL,
  point TEXT,
  severity TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  facts TEXT NOT NULL,
  told INTEGER NOT NULL DEFAULT 0,
  UNIQUE (rule, subject, opened_at)
) STRICT;
CREATE UNIQUE INDEX alert_open ON alert (rule, subject) WHERE closed_at IS NULL;
CREATE INDEX alert_age ON alert (opened_at) WHERE closed_at IS NULL;
CREATE TABLE notice (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  channel TEXT NOT NULL,
  event TEXT NOT NULL,
  alerts TEXT NOT NULL,
  state TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  external_id TEXT,
  reason TEXT,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  message TEXT
) STRICT;
CREATE INDEX notice_due ON notice (state, next_at);
CREATE INDEX notice_age ON notice (created_at);

CREATE TABLE schedule_slot (schedule TEXT NOT NULL, slot INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (schedule, slot))
  STRICT, WITHOUT ROWID;
CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE planned_read (
  id TEXT PRIMARY KEY,
  instance TEXT NOT NULL,
  device TEXT NOT NULL,
  variables TEXT NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  state TEXT NOT NULL,
  page TEXT,
  next_at INTEGER NOT NULL,
  reason TEXT
) STRICT;
CREATE INDEX planned_read_next ON planned_read (state, next_at);
CREATE TABLE audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,
  subject TEXT NOT NULL, hash TEXT) STRICT;
CREATE INDEX audit_subject ON audit (subject, seq);
`;
