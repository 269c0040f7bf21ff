import type { JudgementPlace } from '../lists.ts';
import { among, before, type Condition, equal, past, since, whereOf } from './conditions.ts';
import { read } from './operation.ts';
import { decodeCorrection, decodeFinding, type StoredCorrection, type StoredFinding } from './put-judgements.ts';

const order = 'ORDER BY start DESC, point, rule, key LIMIT ?';

const behind = (after: JudgementPlace | undefined): readonly Condition[] =>
  after === undefined
    ? []
    : [
        past('start', 'desc', after.from, [
          ['point', after.point],
          ['rule', after.rule],
          ['key', after.key],
        ]),
      ];

export const pageFindings = read('pageFindings', async (sql, { points, series, codes, from, to, after, limit }) => {
  const { where, params } = whereOf([
    ...among('point', points),
    ...equal('series', series),
    ...among('code', codes),
    ...since('stop', from),
    ...before('start', to),
    ...behind(after),
  ]);
  return (await sql.all<StoredFinding>(`SELECT * FROM finding WHERE ${where} ${order}`, [...params, limit])).map(
    decodeFinding,
  );
});

export const pageCorrections = read('pageCorrections', async (sql, { points, series, from, to, after, limit }) => {
  const { where, params } = whereOf([
    ...among('point', points),
    ...equal('series', series),
    ...since('stop', from),
    ...before('start', to),
    ...behind(after),
  ]);
  return (await sql.all<StoredCorrection>(`SELECT * FROM correction WHERE ${where} ${order}`, [...params, limit])).map(
    decodeCorrection,
  );
});
