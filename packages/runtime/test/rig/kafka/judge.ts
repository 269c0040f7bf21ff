import { DatabaseSync } from 'node:sqlite';
import { imbalances } from '../../recovery/imbalances.ts';

/** What a vendor measured. */
export interface Measured {
  readonly id: number;
  readonly device: string;
  readonly at: number;
  /** No two are alike. */
  readonly value: number;
}

/** A raw record as it lies in the topic. */
export interface Published {
  readonly id: string;
  readonly offset: number;
  readonly channel: string;
  readonly body: string;
}

/** What a run left behind, and what it has to be compared with. */
export interface Evidence {
  /** A file, or what stood on a server as one. */
  readonly database: string;
  readonly topic: string;
  readonly measured: readonly Measured[];
  /** Ids that were acknowledged to the vendor. */
  readonly acknowledged: ReadonlySet<number>;
  /** By partition, in the order of offsets. */
  readonly published: ReadonlyMap<number, readonly Published[]>;
}

interface Stored {
  readonly id: string;
  readonly channel: string;
  readonly body: string;
}

const rowsOf = <T>(database: DatabaseSync, text: string, ...params: string[]): T[] =>
  database.prepare(text).all(...params) as unknown as T[];

const storedIn = (database: DatabaseSync): readonly Stored[] =>
  rowsOf<{ id: string; envelope: string; body: Uint8Array }>(
    database,
    'SELECT r.id, r.envelope, b.body FROM raw r JOIN raw_body b ON b.seq = r.seq ORDER BY r.seq',
  ).map(({ id, envelope, body }) => ({
    id,
    channel: (JSON.parse(envelope) as { channel: string }).channel,
    body: Buffer.from(body).toString(),
  }));

const linesOf = (body: string): readonly string[] => body.split('\n').filter((line) => line !== '');
/** `device at value`, without the number of the stream. */
const readingOf = (line: string): string => line.split(' ', 3).join(' ');
const textOf = ({ device, at, value }: Measured): string => `${device} ${at} ${value}`;

const twice = (texts: readonly string[]): readonly string[] => {
  const seen = new Set<string>();
  return texts.filter((one) => seen.size === seen.add(one).size);
};

/** Nothing that the vendor was told to be kept is missing, and every reading is one value: the right one. */
const missing = (database: DatabaseSync, stored: readonly Stored[], { measured, acknowledged }: Evidence) => {
  const kept = new Set(stored.flatMap(({ body }) => linesOf(body).map(readingOf)));
  const values = new Map(
    rowsOf<{ name: string; at: number; value: number }>(
      database,
      'SELECT s.name, v.at, v.value FROM value v JOIN series s ON s.id = v.series',
    ).map(({ name, at, value }) => [`${name}@${at}`, value]),
  );
  const keyOf = ({ device, at }: Measured) => `point-${device}/flow@${at}`;
  const known = new Set(measured.map(keyOf));
  return [
    ...measured
      .filter((one) => acknowledged.has(one.id) && !kept.has(textOf(one)))
      .map((one) => `lost: ${textOf(one)} was acknowledged and is not on disk`),
    ...measured
      .filter((one) => values.get(keyOf(one)) !== one.value)
      .map((one) => `lost: the value of ${textOf(one)} is ${String(values.get(keyOf(one)))}`),
    ...[...values.keys()].filter((key) => !known.has(key)).map((key) => `${key} was measured by nobody`),
  ];
};

/** What went over a stream is there once, in the order of its stream: by device, as one stream is one device's. */
const streamed = (stored: readonly Stored[]) => {
  const bodies = stored.filter(({ channel }) => channel === 'subscribe').map(({ body }) => body);
  const streams = Map.groupBy(bodies, (body) => body.split(' ')[3] ?? '');
  return [
    ...twice(bodies).map((body) => `doubled: ${body}`),
    ...[...streams].flatMap(([stream, own]) => {
      const values = own.map((body) => Number(body.split(' ')[2]));
      const late = values.findIndex((value, index) => index > 0 && value < (values[index - 1] as number));
      return late < 0 ? [] : [`out of order: ${own[late]} after ${own[late - 1]} of stream ${stream}`];
    }),
  ];
};

/** What the brokers took is on disk, in the order of its partition, and the position of its partition is behind the last of it. */
const taken = (database: DatabaseSync, stored: readonly Stored[], { topic, published }: Evidence) => {
  const positions = new Map(
    rowsOf<{ part: number; next: number }>(database, 'SELECT part, next FROM feed_position WHERE topic = ?', topic).map(
      ({ part, next }) => [part, next],
    ),
  );
  const placeOf = new Map(stored.map(({ id }, index) => [id, index]));
  return [...published].flatMap(([partition, records]) => {
    const next = positions.get(partition) ?? 0;
    const end = (records.at(-1)?.offset ?? -1) + 1;
    const seen = new Set<string>();
    // What answers a read as the last one did is counted, not stored again.
    const pushed = records.filter(({ id, channel }) => {
      const first = !seen.has(id);
      seen.add(id);
      return first && channel === 'subscribe';
    });
    const places = pushed.map(({ id }) => placeOf.get(id));
    const late = places.findIndex((place, index) => index > 0 && (place ?? 0) < (places[index - 1] ?? 0));
    return [
      ...(next === end ? [] : [`partition ${partition} ends at ${end}, and ${next} are said to be stored`]),
      ...pushed.filter(({ id }) => !placeOf.has(id)).map(({ body }) => `lost between topic and database: ${body}`),
      ...(late < 0 ? [] : [`out of order: ${pushed[late]?.body} of partition ${partition}`]),
    ];
  });
};

/** What is told to people although nothing was amiss in the end, or of which it may be said that it was lost. */
const told = (database: DatabaseSync) =>
  rowsOf<{ rule: string; facts: string; closed_at: number | null }>(
    database,
    `SELECT rule, facts, closed_at FROM alert WHERE rule LIKE 'kafka.%'`,
  )
    .filter(({ rule, closed_at: closedAt }) => rule !== 'kafka.stalled' || closedAt === null)
    .map(({ rule, facts }) => `${rule} is told: ${facts}`);

const waiting = (database: DatabaseSync) =>
  rowsOf<{ count: number }>(database, 'SELECT count(*) AS count FROM raw WHERE status <> 2')
    .filter(({ count }) => count > 0)
    .map(({ count }) => `${count} raw records were not processed`);

/** What is wrong with what is left. */
export const judge = (evidence: Evidence): readonly string[] => {
  const database = new DatabaseSync(evidence.database, { readOnly: true });
  try {
    const stored = storedIn(database);
    return [
      ...missing(database, stored, evidence),
      ...streamed(stored),
      ...taken(database, stored, evidence),
      ...told(database),
      ...waiting(database),
      ...imbalances(evidence.database),
    ];
  } finally {
    database.close();
  }
};

/** How much was met of what can go wrong: a run that met nothing proves nothing. */
export const met = ({ published, acknowledged, database: path }: Evidence) => {
  const all = [...published.values()].flat();
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const [holders] = rowsOf<{ count: number }>(database, 'SELECT count(DISTINCT holder) AS count FROM feed_position');
    return {
      acknowledged: acknowledged.size,
      published: all.length,
      publishedTwice: all.length - new Set(all.map(({ id }) => id)).size,
      lastStoredBy: holders?.count ?? 0,
    };
  } finally {
    database.close();
  }
};
