import { DatabaseSync } from 'node:sqlite';
import type { Client } from 'pg';
import { acts, keySubject } from '../../src/evidence/acts.ts';
import { type AuditEntry, chainRows } from '../../src/evidence/chain.ts';
import { signHead } from '../../src/evidence/heads.ts';
import { createSigningKey, openSigningKey } from '../../src/evidence/keys.ts';
import { claimTables } from '../../src/store/postgres/claim-table.ts';
import { functions } from '../../src/store/postgres/dialect.ts';
import { firstOnPostgres, ledger } from '../../src/store/postgres/migrate.ts';
import { applyMigration, migrations } from '../../src/store/schema/migrations.ts';
import { toPostgres } from '../../src/store/schema/to-postgres.ts';
import { day, hour, t0 } from './rows.ts';

/** Rows as the programs of some versions wrote them: from one on, and up to another. */
interface Written {
  readonly since: number;
  readonly until?: number;
  readonly rows: string;
}

const sources = JSON.stringify([
  { series: 'well/level', at: t0, raw: 'sent' },
  { series: 'well/flow', at: t0, raw: 'gone' },
]);
const report = JSON.stringify({ work: { code: 'OB-1', settings: {} }, members: {}, submissions: [] });

/**
 * One well. `sent` stands behind submission s1, which also took a value of a record that is `gone`; `released` stood behind one that took
 * another value later; `queued` waits, `failed` could not be read, `parked` waits for another record.
 */
const written: readonly Written[] = [
  {
    since: 1,
    rows: `
    INSERT INTO meta (key, value) VALUES ('clean', 'yes');
    INSERT INTO tally (kind, key, count) VALUES ('raw', 'COMPLETED', 2), ('raw', 'PENDING', 1), ('raw', 'FAILED', 1),
      ('value', '1', 2), ('value', '9', 1), ('submission', 'confirmed', 1), ('submission', 'due', 1), ('repeats', 'all', 3);
    INSERT INTO raw (seq, id, instance, devices, lane, status, received_at, envelope, size, reason, readings, problems, repeats,
      repeated_at, processed_at, kept) VALUES
      (1, 'sent', 'tago', '["logger"]', 0, 2, ${t0 + 1}, '{"channel":"pull","device":"logger"}', 2, NULL, 2, NULL, 3, ${t0 + 2}, ${t0 + 3}, 1),
      (2, 'released', 'tago', '["logger"]', 0, 2, ${t0 + 4}, '{"channel":"pull","device":"logger"}', 2, NULL, 1, NULL, 0, NULL, ${t0 + 5}, 1),
      (3, 'queued', 'tago', '["logger"]', 2, 0, ${t0 + 6}, '{"channel":"push"}', 3, NULL, NULL, NULL, 0, NULL, NULL, 0),
      (4, 'failed', 'mqtt', NULL, 1, 3, ${t0 + 7}, '{"channel":"push","topic":"a/b"}', 1, 'no JSON', 0, '[{"reason":"no JSON"}]', 0, NULL, ${t0 + 8}, 0);
    INSERT INTO raw_body (seq, body) VALUES (1, x'00ff'), (2, x'4142'), (3, x'7b7d0a'), (4, x'ff');
    INSERT INTO request (instance, request, hash, raw) VALUES ('tago', 'GET /data', 'abc', 'sent');
    INSERT INTO series (id, name) VALUES (1, 'well/level'), (2, 'well/flow');
    INSERT INTO source (id, device, variable, priority, origin, basis) VALUES (1, 'logger', 'nivel', 0, 'raw', 'basis-1');
    INSERT INTO basis (id, content) VALUES ('basis-1', '{"binding":1}');
    INSERT INTO value (series, at, value, text, flag, codes, final, source, raw, vendor_id, raw_text) VALUES
      (1, ${t0}, 12.5, NULL, 1, NULL, 1, 1, 'sent', 'v-1', NULL),
      (1, ${t0 + hour}, NULL, NULL, 9, '["sensor-fault"]', 0, 1, 'released', NULL, 'ERR'),
      (2, ${t0}, 0.1, '0.100', 1, NULL, 1, 1, 'gone', NULL, '0.100');
    INSERT INTO value_revision (series, at, value, text, flag, codes, final, source, raw, vendor_id, raw_text, replaced_at)
      VALUES (1, ${t0}, 12.4, NULL, 3, '["spike"]', 0, 1, 'released', NULL, NULL, ${t0 + 9});
    INSERT INTO finding (point, rule, key, series, rule_version, about, role, start, stop, code, flag, status, detail) VALUES
      ('well', 'gap', 'k1', 'well/level', '1', 'quality', 'level', ${t0}, ${t0 + hour}, 'gap', 9, 'final', '{"slots":1}');
    INSERT INTO correction (point, rule, key, series, rule_version, role, start, stop, method, amount, origin, state, because) VALUES
      ('well', 'drift', 'k2', 'well/level', '1', 'level', ${t0}, ${t0 + hour}, 'offset', 0.2, 'rule', 'proposed', 'drift');
    INSERT INTO checkpoint (point, frontier, rules, state) VALUES ('well', ${t0 + hour}, 'rules-1', '{"total":7}');
    INSERT INTO watermark (device, variable, decoded_to) VALUES ('logger', 'nivel', ${t0 + hour});
    INSERT INTO contact (device, at) VALUES ('logger', ${t0 + 6});
    INSERT INTO unclaimed (instance, device, variable, count, last_at, last_raw) VALUES ('tago', 'logger', 'battery', 2, ${t0}, 'sent');
    INSERT INTO reopen (serial, point, start, reason) VALUES (5, 'well', ${t0}, 'late');
    INSERT INTO submission (id, obligation, target, work, slot, state, open, next_at, due_at, max_lag_at, report, sources, receipt, reason,
      attempts, sent_at, confirmed_at, configuration, epoch) VALUES
      ('s1', 'well-dga', 'dga', 'OB-1', ${t0}, 'confirmed', 0, ${t0}, ${t0 + hour}, ${t0 + 30 * day}, '${report}', '${sources}', 'R-1',
        NULL, 1, ${t0 + 10}, ${t0 + 11}, NULL, 4),
      ('s2', 'well-dga', 'dga', 'OB-1', ${t0 + hour}, 'due', 1, ${t0 + hour}, ${t0 + 2 * hour}, ${t0 + 30 * day}, NULL, NULL, NULL,
        'held', 0, NULL, NULL, 'c-1', 1);
    INSERT INTO attempt (id, submission, kind, artifact, artifact_hash, started_at, ended_at, outcome, reason, answer) VALUES
      ('a1', 's1', 'submit', '{"channel":"http","summary":"one"}', 'aa', ${t0 + 9}, ${t0 + 10}, 'accepted', NULL, '{"status":200}'),
      ('a2', 's1', 'confirm', NULL, NULL, ${t0 + 10}, ${t0 + 11}, 'confirmed', 'same', NULL);
    INSERT INTO last_send (target, work, at) VALUES ('dga', 'OB-1', ${t0 + 10});
    INSERT INTO alert (id, event, rule, subject, point, severity, opened_at, closed_at, facts, told) VALUES
      ('al1', 'device.silent', 'device.silent', 'logger', 'well', 'warning', ${t0}, NULL, '{"since":"x"}', 1),
      ('al0', 'device.silent', 'device.silent', 'logger', 'well', 'warning', ${t0 - day}, ${t0 - hour}, '{}', 1);
    INSERT INTO notice (id, person, channel, event, alerts, state, next_at, attempts, external_id, reason, created_at, sent_at, message) VALUES
      ('n1', 'ana', 'mail', 'device.silent', '["al1"]', 'sent', ${t0}, 1, '<m1@example.org>', NULL, ${t0}, ${t0 + 1}, '{"title":"t"}');
    INSERT INTO fact (key, value) VALUES ('config.read', '{"at":1}');
    INSERT INTO planned_read (id, instance, device, variables, start, stop, lane, state, page, next_at, reason) VALUES
      ('p1', 'tago', 'logger', '["nivel"]', ${t0 - day}, ${t0}, 2, 'open', '{"skip":200}', ${t0}, NULL);`,
  },
  {
    since: 1,
    until: 8,
    rows: `INSERT INTO submission_source (series, at, submission) VALUES (1, ${t0}, 's1'), (2, ${t0}, 's1');`,
  },
  {
    since: 2,
    rows: `
    INSERT INTO raw (seq, id, instance, devices, lane, status, received_at, envelope, size, reason) VALUES
      (5, 'parked', 'mqtt', NULL, 0, 0, ${t0 + 9}, '{"channel":"push","needs":{"key":"birth"}}', 1, 'waits for birth');
    INSERT INTO raw_body (seq, body) VALUES (5, x'01');
    UPDATE tally SET count = 2 WHERE kind = 'raw' AND key = 'PENDING';
    INSERT INTO raw_key (seq, instance, key) VALUES (4, 'mqtt', 'other');
    INSERT INTO raw_need (seq, instance, key) VALUES (5, 'mqtt', 'birth');
    INSERT INTO raw_parked (seq, instance, key, until) VALUES (5, 'mqtt', 'birth', ${t0 + day});
    INSERT INTO lease (instance, device, holder, epoch, until) VALUES ('mqtt', '', 'run-1', 7, ${t0 + hour});`,
  },
  {
    since: 3,
    rows: `INSERT INTO notice_delivery (channel, external_id, status, at, detail) VALUES ('mail', '<m1@example.org>', 'delivered', ${t0 + 2}, '250');`,
  },
  {
    since: 5,
    rows: `INSERT INTO tally (kind, key, count) VALUES ('stored', 'tago', 3), ('stored', 'mqtt', 2), ('owed', 'all', 2);`,
  },
  {
    since: 6,
    rows: `UPDATE last_send SET late_at = ${t0 + 9};
    INSERT INTO send_switch (scope, since, actor, reason) VALUES ('target:sma', ${t0}, 'ana', 'not yet');`,
  },
  {
    since: 7,
    rows: `
    INSERT INTO user_account (id, email, name, role, points, language, state, password, created_at, last_login_at, version) VALUES
      ('u1', 'ana@example.org', 'Ana', 'admin', NULL, 'es', 'active', '$argon2id$x', ${t0}, ${t0 + 1}, 1);
    INSERT INTO user_session (id, account, refresh, created_at, used_at, expires_at, ended_at, agent, address) VALUES
      ('l1', 'u1', 'h', ${t0}, ${t0}, ${t0 + 900 * day}, NULL, 'browser', '127.0.0.1');
    INSERT INTO one_time (hash, kind, account, expires_at) VALUES ('h1', 'reset', 'u1', ${t0 + 900 * day});
    INSERT INTO api_key (id, name, hash, role, permissions, points, instances, created_by, created_at, expires_at, used_at, revoked_at)
      VALUES ('k1', 'reader', 'h2', 'reader', NULL, '["well"]', NULL, 'u1', ${t0}, NULL, NULL, NULL);
    INSERT INTO login_failure (name, count, until) VALUES ('h3', 2, ${t0 + hour});
    INSERT INTO idempotency (principal, key, request, at, status, headers, body) VALUES ('u1', 'i', 'r', ${t0}, 200, '{}', '{}');`,
  },
  {
    since: 8,
    rows: `
    INSERT INTO kept_change (serial, at, author, reason) VALUES (1, ${t0}, 'ana', 'a new well');
    INSERT INTO kept (kind, id, version, content, serial, newest) VALUES ('points', 'well-2', 1, '{"id":"well-2"}', 1, 1);
    INSERT INTO redecode (instance, device, start, serial) VALUES ('tago', 'logger', ${t0}, 1);
    INSERT INTO secret (name, version, key_id, sealed, at, author) VALUES ('token', 1, 'key-1', 'c2VhbGVk', ${t0}, 'ana');`,
  },
  {
    since: 9,
    rows: `
    INSERT INTO submission_source (series, at, submission, raw) VALUES (1, ${t0}, 's1', 1), (2, ${t0}, 's1', NULL);
    UPDATE raw SET kept = 0 WHERE id = 'released';
    DELETE FROM raw_body WHERE seq = 4;
    UPDATE raw SET packed = 1 WHERE seq = 4;
    INSERT INTO raw_pack (id, records, gone, size, codec, data) VALUES (1, 1, 0, 1, 'zstd', x'28b52ffd2001090000ff');
    INSERT INTO raw_packed (seq, pack, start, hash) VALUES (4, 1, 0, x'a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89');
    INSERT INTO tally (kind, key, count) VALUES ('pack', 'records', 1), ('pack', 'size', 1), ('pack', 'stored', 10);`,
  },
  {
    since: 10,
    rows: `
    INSERT INTO taken (series, slot) VALUES (1, ${t0}), (2, ${t0});
    INSERT INTO recheck (serial, about, series, start, stop, submission) VALUES (3, 'values', 1, ${t0}, ${t0 + hour}, NULL);
    INSERT INTO task (id, submission, obligation, target, work, slot, member, state, held, value, cause, detail, opened_at, changed_at, actor,
      reason, reference, steps) VALUES ('t1', 's1', 'well-dga', 'dga', 'OB-1', ${t0}, 'level', 'open', '12.4', '12.5', 'late-data', NULL,
      ${t0 + 20}, ${t0 + 20}, 'runtime', NULL, NULL, 1);
    INSERT INTO task_step (task, step, at, act, actor, held, value, cause, detail, reason, reference) VALUES
      ('t1', 1, ${t0 + 20}, 'opened', 'runtime', '12.4', '12.5', 'late-data', NULL, NULL, NULL);`,
  },
  {
    since: 11,
    rows: `
    UPDATE alert SET acked_at = ${t0 + 5}, acked_by = 'ana', ack_note = 'seen', first_told_at = ${t0}, told_at = ${t0 + 1}, escalated = 60000
      WHERE id = 'al1';
    INSERT INTO silence (id, alert, rule, subject, point, until, actor, reason, at) VALUES
      ('q1', NULL, 'device.*', NULL, NULL, ${t0 + 900 * day}, 'ana', 'works', ${t0});`,
  },
  {
    since: 12,
    rows: `
    INSERT INTO asked (device, variable, asked_to, ended_at) VALUES ('logger', 'caudal', ${t0 + hour}, ${t0 + hour + 3});`,
  },
  {
    since: 1,
    until: 12,
    rows: `INSERT INTO schedule_slot (schedule, slot, at) VALUES ('retention', ${t0}, ${t0 + 1});`,
  },
  {
    since: 13,
    rows: `
    INSERT INTO schedule_slot (schedule, slot, at, ended_at) VALUES ('retention', ${t0}, ${t0 + 1}, ${t0 + 1});
    INSERT INTO schedule_slot (schedule, slot, at, until, attempts, missed, asked_by, ended_at, error, result) VALUES
      ('health-check', ${t0}, ${t0 + 1}, ${t0 + 9}, 1, 3, NULL, ${t0 + 2}, NULL, '{"devices":4}'),
      ('health-check', ${t0 + 5}, ${t0 + 5}, 0, 0, 0, 'ana', ${t0 + 6}, 'the disk is full', NULL);`,
  },
  {
    since: 14,
    rows: `INSERT INTO feed_position (topic, part, next, holder, at) VALUES ('caudal.raw', 3, 17, 'host-1', ${t0});`,
  },
  {
    since: 15,
    rows: `
    INSERT INTO outlet (name, wants, next, fill_from, fill_series, fill_at, seen_at, acked_at) VALUES
      ('scada', '["value","alert"]', 4, NULL, 0, 0, ${t0}, ${t0 + 1});
    INSERT INTO outgoing (serial, at, kind, outlet, content) VALUES
      (4, ${t0 + 2}, 'value', NULL, '{"series":"well/level","at":${t0},"value":12.5,"text":null,"flag":1,"codes":[],"origin":"raw","raw":"sent","device":"logger","variable":"nivel","revision":2}');`,
  },
];

/** What stood in the audit, whatever form it had. */
export const oldEntries: readonly AuditEntry[] = [
  { at: t0 + 9, actor: 'comply', act: 'attempt opened', subject: 's1', hash: 'aa' },
  { at: t0 + 10, actor: 'ana', act: 'backfill', subject: 'point:well', hash: null },
];

const chainSince = 4;

/** The chain as the program of a version wrote it, with the head it signed. */
const chainOf = () => {
  const key = openSigningKey(createSigningKey().privatePem);
  const introduced: AuditEntry = {
    at: t0,
    actor: 'runtime',
    act: acts.keyIntroduced,
    subject: keySubject,
    hash: null,
    detail: { key: key.key, publicKey: key.publicKey },
  };
  const rows = chainRows(undefined, [...oldEntries, introduced]);
  return { rows, head: signHead(rows.at(-1) as (typeof rows)[number], t0 + 12, key) };
};

const writeAudit = (database: DatabaseSync, version: number): void => {
  if (version < chainSince) {
    const insert = database.prepare('INSERT INTO audit (at, actor, act, subject, hash) VALUES (?, ?, ?, ?, ?)');
    for (const { at, actor, act, subject, hash } of oldEntries) insert.run(at, actor, act, subject, hash);
    return;
  }
  const { rows, head } = chainOf();
  const insert = database.prepare('INSERT INTO audit (seq, entry, link) VALUES (?, ?, ?)');
  for (const { seq, entry, link } of rows) insert.run(seq, entry, link);
  database
    .prepare('INSERT INTO audit_head (seq, link, at, key, signature, published) VALUES (?, ?, ?, ?, ?, 1)')
    .run(head.seq, head.link, head.at, head.key, head.signature);
};

/** A database of a version with rows in every table of it, as its program left it. The newest program may be older than some rows here. */
export const writeOldDatabase = (path: string, version: number): void => {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = WAL');
    for (const migration of migrations.slice(0, version)) applyMigration(database, migration);
    database.exec(`PRAGMA user_version = ${version}`);
    for (const { since, until = Infinity, rows } of written)
      if (since <= version && version <= until) database.exec(rows);
    writeAudit(database, version);
  } finally {
    database.close();
  }
};

const bytes = /x'([0-9a-f]*)'/g;

/** Numbers that the server gives go on after those that are there. */
const numbersGoOn = `DO $$
DECLARE it record;
BEGIN
  FOR it IN SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'
  LOOP
    EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), greatest(1, (SELECT max(%I) FROM %I)))', it.table_name, it.column_name,
      it.column_name, it.table_name);
  END LOOP;
END $$`;

/** The same on a PostgreSQL server, in a new schema. */
export const writeOldPostgres = async (client: Client, schema: string, version: number): Promise<void> => {
  await client.query(
    `CREATE SCHEMA "${schema}"; SET search_path TO "${schema}"; ${functions}; ${ledger}; ${claimTables}`,
  );
  for (const [index, migration] of migrations.slice(0, version).entries()) {
    await client.query(toPostgres(migration));
    await client.query('INSERT INTO schema_version (version, works_from) VALUES ($1, $2)', [
      index + 1,
      firstOnPostgres,
    ]);
  }
  for (const { since, until = Infinity, rows } of written)
    if (since <= version && version <= until) await client.query(rows.replace(bytes, "'\\x$1'::bytea"));
  const { rows, head } = chainOf();
  for (const { seq, entry, link } of rows)
    await client.query('INSERT INTO audit (seq, entry, link) VALUES ($1, $2, $3)', [seq, entry, link]);
  await client.query(
    'INSERT INTO audit_head (seq, link, at, key, signature, published) VALUES ($1, $2, $3, $4, $5, 1)',
    [head.seq, head.link, head.at, head.key, head.signature],
  );
  await client.query(numbersGoOn);
};
