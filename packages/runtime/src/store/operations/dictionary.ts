import type { Batch, Sql, SqlRow } from '../sql.ts';

interface Dictionary {
  readonly name: string;
  readonly insert: Batch;
  readonly find: Batch;
}

/** Series and sources of a large installation; beyond it the ids are looked up again. */
const maxKnown = 200_000;

const dictionary = (name: string, columns: Batch['columns']): Dictionary => {
  const names = Object.keys(columns);
  const same = names.map((column) => `t.${column} = j.${column}`).join(' AND ');
  return {
    name,
    insert: {
      columns,
      text: (rows) => `INSERT INTO ${name} (${names.join(', ')}) SELECT ${names.join(', ')} FROM ${rows} j
        WHERE NOT EXISTS (SELECT 1 FROM ${name} t WHERE ${same}) ON CONFLICT DO NOTHING`,
    },
    find: {
      columns,
      text: (rows) =>
        `SELECT t.id, ${names.map((column) => `t.${column}`).join(', ')} FROM ${rows} j JOIN ${name} t ON ${same}`,
    },
  };
};

const seriesNames = dictionary('series', { name: 'text' });
export const sources = dictionary('source', {
  device: 'text',
  variable: 'text',
  priority: 'integer',
  origin: 'text',
  basis: 'text',
});

/** The ids of dictionary rows, by the key each was given. Rows that do not exist yet are created. */
export const identify = async (
  sql: Sql,
  { name, insert, find }: Dictionary,
  wanted: ReadonlyMap<string, SqlRow>,
): Promise<ReadonlyMap<string, number>> => {
  const ids = new Map<string, number>();
  const missing = new Map<string, string>();
  for (const [key, row] of wanted) {
    const id = sql.known.get(`${name}\u0000${key}`);
    if (id === undefined) missing.set(JSON.stringify(row), key);
    else ids.set(key, id);
  }
  if (missing.size === 0) return ids;
  if (sql.known.size > maxKnown) sql.known.clear();
  const rows = [...missing.values()].map((key) => wanted.get(key) as SqlRow);
  await sql.each(insert, rows);
  const columns = Object.keys(find.columns);
  for (const found of await sql.eachAll<Record<string, number | string>>(find, rows)) {
    const key = missing.get(JSON.stringify(columns.map((column) => found[column]))) as string;
    ids.set(key, Number(found['id']));
    sql.known.set(`${name}\u0000${key}`, Number(found['id']));
  }
  return ids;
};

export const seriesIds = (sql: Sql, names: Iterable<string>): Promise<ReadonlyMap<string, number>> =>
  identify(sql, seriesNames, new Map([...names].map((name) => [name, [name]])));
