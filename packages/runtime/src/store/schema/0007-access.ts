/**
 * Who may ask over HTTP. Nothing that opens a door is kept: passwords are Argon2id, keys and tokens SHA-256 of something long and random.
 */
export const access = `
CREATE TABLE user_account (
  id TEXT PRIMARY KEY,
  -- As it was typed, in lower case.
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  -- JSON list of points; NULL for all.
  points TEXT,
  language TEXT NOT NULL,
  state TEXT NOT NULL,
  password TEXT,
  created_at INTEGER NOT NULL,
  last_login_at INTEGER,
  version INTEGER NOT NULL
) STRICT;
-- One log-in. Its refresh tokens follow one another: the one that counts is the last.
CREATE TABLE user_session (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES user_account (id),
  refresh TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  agent TEXT NOT NULL,
  address TEXT NOT NULL
) STRICT;
CREATE INDEX user_session_account ON user_session (account, used_at);
CREATE INDEX user_session_age ON user_session (expires_at);
-- Invitations, resets and the first administrator's.
CREATE TABLE one_time (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  -- NULL for the first administrator's.
  account TEXT REFERENCES user_account (id),
  expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  permissions TEXT,
  points TEXT,
  instances TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  used_at INTEGER,
  revoked_at INTEGER
) STRICT;
-- Log-ins that failed in a row, by a hash of the name: also of names that nobody has.
CREATE TABLE login_failure (name TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL) STRICT;
-- Answers to writes that carried a key, to be given again.
CREATE TABLE idempotency (
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- NULL while the first is under way.
  status INTEGER,
  headers TEXT,
  body TEXT,
  PRIMARY KEY (principal, key)
) STRICT;
CREATE INDEX idempotency_age ON idempotency (at);
`;
