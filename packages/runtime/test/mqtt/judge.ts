import { DatabaseSync } from 'node:sqlite';
import type { Loggers } from './loggers.ts';
import type { Network } from './network.ts';
import { clientId, type Message } from './scene.ts';

/** What a run left behind, and what it has to be compared with. */
export interface Evidence {
  readonly database: string;
  readonly network: Network;
  readonly loggers: Loggers;
  readonly message: (number: number) => Message;
}

interface StoredValue {
  readonly series: string;
  readonly at: number;
  readonly value: number | null;
}

const read = <T>(path: string, use: (database: DatabaseSync) => T): T => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return use(database);
  } finally {
    database.close();
  }
};

const bodies = (database: DatabaseSync): string[] =>
  (database.prepare('SELECT body FROM raw_body').all() as unknown as { body: Uint8Array }[]).map(({ body }) =>
    Buffer.from(body).toString('latin1'),
  );

const count = (database: DatabaseSync, query: string) => (database.prepare(query).get() as { n: number }).n;

const measuredOf = ({ loggers, message }: Evidence): Message[] =>
  Array.from({ length: loggers.measured }, (_, number) => message(number));

const wrongValues = (database: DatabaseSync, evidence: Evidence): string[] => {
  const expected = new Map(measuredOf(evidence).map(({ series, at, value }) => [`${series}@${at}`, value]));
  const seen = new Set<string>();
  const rows = database.prepare(
    'SELECT series.name AS series, value.at, value.value FROM value JOIN series ON series.id = value.series',
  );
  return (rows.all() as unknown as StoredValue[]).flatMap(({ series, at, value }) => {
    const key = `${series}@${at}`;
    const faults = [
      ...(seen.has(key) ? [`${key} is there twice`] : []),
      ...(expected.get(key) === value ? [] : [`${key} is ${value}, measured was ${expected.get(key) ?? 'nothing'}`]),
    ];
    seen.add(key);
    return faults;
  });
};

const connections = ({ network }: Evidence): string[] =>
  network.connections.flatMap(({ clientId: id, clean, resumed }, index) => [
    ...(id === clientId ? [] : [`connection ${index} came as ${id}`]),
    ...(clean ? [`connection ${index} asked the broker to forget`] : []),
    ...(index === 0 || resumed ? [] : [`at connection ${index} the broker had no session`]),
  ]);

/** Everything that is wrong with what is there; nothing when the promises held. What is missing, {@link missing} says. */
export const judge = (evidence: Evidence): string[] =>
  read(evidence.database, (database) => {
    const kept = new Set(bodies(database));
    const published = new Set(measuredOf(evidence).map(({ payload }) => payload));
    const left = count(database, 'SELECT count(*) AS n FROM raw WHERE status <> 2');
    const revised = count(database, 'SELECT count(*) AS n FROM value_revision');
    return [
      ...evidence.network.faults,
      ...connections(evidence),
      ...evidence.network.acknowledged
        .filter((payload) => !kept.has(payload))
        .map((payload) => `${payload} was acknowledged and is not on disk`),
      ...[...kept].filter((body) => !published.has(body)).map((body) => `${body} is on disk, and nobody sent it`),
      ...wrongValues(database, evidence),
      ...(left === 0 ? [] : [`${left} raw records are not COMPLETED`]),
      ...(revised === 0 ? [] : [`${revised} values were revised, although nothing was sent with another content`]),
    ];
  });

/** Instants of what the broker took from the loggers and that has no value in the end. */
export const missing = ({ database: path, loggers }: Evidence): number[] =>
  read(path, (database) => {
    const there = new Set(
      (database.prepare('SELECT at FROM value').all() as unknown as StoredValue[]).map(({ at }) => at),
    );
    return [...loggers.taken.keys()].filter((at) => !there.has(at));
  });

/** How often the test met what it is for: a judge that saw nothing proves nothing. */
export const met = ({ database: path, network }: Evidence) =>
  read(path, (database) => {
    const stored = bodies(database);
    return {
      connections: network.connections.length,
      acknowledged: network.acknowledged.length,
      sentAgain: network.again,
      raw: stored.length,
      repeats: stored.length - new Set(stored).size,
      values: count(database, 'SELECT count(*) AS n FROM value'),
    };
  });
