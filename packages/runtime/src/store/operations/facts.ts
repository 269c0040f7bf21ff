import type { Json } from '@caudal/core';
import type { Batch } from '../sql.ts';
import { read, write } from './operation.ts';

const put: Batch = {
  key: ['key'],
  columns: { key: 'text', value: 'text' },
  text: (rows) => `INSERT INTO fact (key, value) SELECT key, value FROM ${rows} j WHERE true
    ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE fact.value <> excluded.value`,
};

export const remember = write('remember', {
  class: 'live',
  rows: (facts) => facts.length,
  async run({ sql }, facts) {
    await sql.each(
      put,
      facts.map(({ key, value }) => [key, JSON.stringify(value)]),
    );
  },
});

export const recall = read('recall', async (sql, key) => {
  const [row] = await sql.all<{ value: string }>('SELECT value FROM fact WHERE key = ?', [key]);
  return row === undefined ? null : (JSON.parse(row.value) as Json);
});
