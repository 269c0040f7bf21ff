import type { Batch, Sql } from '../sql.ts';

const add: Batch = {
  columns: { kind: 'text', key: 'text', count: 'integer' },
  text: (rows) => `INSERT INTO tally (kind, key, count) SELECT kind, key, count FROM ${rows} j WHERE true
    ON CONFLICT (kind, key) DO UPDATE SET count = tally.count + excluded.count`,
};

/** What an operation changed in the counts, written once at its end. */
export class Tally {
  readonly #kind: string;
  readonly #changes = new Map<string, number>();

  constructor(
    kind: 'raw' | 'repeats' | 'value' | 'submission' | 'stored' | 'forgotten' | 'owed' | 'ended' | 'pack' | 'task',
  ) {
    this.#kind = kind;
  }

  add(key: string | number, count = 1): void {
    const name = String(key);
    this.#changes.set(name, (this.#changes.get(name) ?? 0) + count);
  }

  move(from: string | number, to: string | number): void {
    if (from === to) return;
    this.add(from, -1);
    this.add(to);
  }

  async write(sql: Sql): Promise<void> {
    const rows = [...this.#changes].filter(([, count]) => count !== 0);
    if (rows.length > 0)
      await sql.each(
        add,
        rows.map(([key, count]) => [this.#kind, key, count]),
      );
  }
}

export const tallies = async <Key extends string | number>(
  sql: Sql,
  kind: string,
  keys: readonly Key[],
): Promise<Record<Key, number>> => {
  const rows = await sql.all<{ key: string; count: number }>('SELECT key, count FROM tally WHERE kind = ?', [kind]);
  const counts = new Map(rows.map(({ key, count }) => [key, count]));
  return Object.fromEntries(keys.map((key) => [key, counts.get(String(key)) ?? 0])) as Record<Key, number>;
};
