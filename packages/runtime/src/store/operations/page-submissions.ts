import { among, before, past, since, whereOf } from './conditions.ts';
import { read } from './operation.ts';
import { decodeSubmission, type StoredSubmission, submissionColumns } from './submission-rows.ts';

export const pageSubmissions = read(
  'pageSubmissions',
  async (sql, { obligations, targets, states, from, to, order, after, limit }) => {
    const { where, params } = whereOf([
      ...among('obligation', obligations),
      ...among('target', targets),
      ...among('state', states),
      ...since('slot', from),
      ...before('slot', to),
      ...(after === undefined ? [] : [past('slot', order, after.slot, [['id', after.id]])]),
    ]);
    return (
      await sql.all<StoredSubmission>(
        `SELECT ${submissionColumns} FROM submission WHERE ${where} ORDER BY slot ${order === 'asc' ? 'ASC' : 'DESC'}, id LIMIT ?`,
        [...params, limit],
      )
    ).map(decodeSubmission);
  },
);
