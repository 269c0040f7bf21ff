import { DatabaseSync } from 'node:sqlite';

const rows = (database: DatabaseSync, query: string): ReadonlyMap<string, number> =>
  new Map(
    database
      .prepare(query)
      .all()
      .map((row) => [String(row['key']), Number(row['count'])]),
  );

const tallied = (database: DatabaseSync, kind: string) =>
  rows(database, `SELECT key, sum(count) AS count FROM tally WHERE kind = '${kind}' GROUP BY key`);

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, one) => all + one, 0);

const statuses = ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'SKIPPED'];

/** What does not add up in a database that nobody has open, by its rows alone: the judge of other tests. */
export const imbalances = (path: string): string[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const stored = tallied(database, 'stored');
    const forgotten = tallied(database, 'forgotten');
    const status = tallied(database, 'raw');
    const there = rows(database, 'SELECT instance AS key, count(*) AS count FROM raw GROUP BY instance');
    const byStatus = rows(database, 'SELECT status AS key, count(*) AS count FROM raw GROUP BY status');
    const submissions = rows(database, 'SELECT state AS key, count(*) AS count FROM submission GROUP BY state');
    const states = tallied(database, 'submission');
    const checks: [string, number, number][] = [
      ...[...new Set([...stored.keys(), ...there.keys()])].map((instance): [string, number, number] => [
        `stored of ${instance}`,
        (stored.get(instance) ?? 0) - (forgotten.get(instance) ?? 0),
        there.get(instance) ?? 0,
      ]),
      ...statuses.map((name, code): [string, number, number] => [
        `raw ${name}`,
        status.get(name) ?? 0,
        byStatus.get(String(code)) ?? 0,
      ]),
      ['owed', sum(tallied(database, 'owed')) - sum(tallied(database, 'ended')), sum(submissions)],
      [
        'bodies',
        sum(there),
        sum(
          rows(
            database,
            `SELECT 'loose' AS key, count(*) AS count FROM raw_body UNION ALL SELECT 'packed', count(*) FROM raw_packed`,
          ),
        ),
      ],
      ...[...new Set([...states.keys(), ...submissions.keys()])].map((state): [string, number, number] => [
        `submissions ${state}`,
        states.get(state) ?? 0,
        submissions.get(state) ?? 0,
      ]),
    ];
    return checks.flatMap(([what, ours, theirs]) =>
      ours === theirs ? [] : [`${what}: ${ours} counted, ${theirs} there`],
    );
  } finally {
    database.close();
  }
};
