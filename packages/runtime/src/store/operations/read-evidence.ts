import { canonicalJson } from '../../evidence/canonical.ts';
import { sha256 } from '../../evidence/chain.ts';
import type { SubmissionRow } from '../rows.ts';
import { read } from './operation.ts';
import { type Bodied, bodiesOf } from './raw-bodies.ts';

interface Behind extends Omit<Bodied, 'seq'> {
  readonly seq: number | null;
  readonly basis: string | null;
  readonly content: string | null;
}

/** The hashes of what stands behind a submission, made where the bytes are so that they need not travel. */
export const evidenceOf = read('evidenceOf', async (sql, id) => {
  const [row] = await sql.all<{ report: string | null; sources: string | null }>(
    'SELECT report, sources FROM submission WHERE id = ?',
    [id],
  );
  if (row === undefined || row.report === null) return null;
  const sources = JSON.parse(row.sources ?? '[]') as SubmissionRow['sources'];
  const records = new Map<number, Bodied>();
  const bases = new Map<string, string>();
  for (const source of sources) {
    const [behind] = await sql.all<Behind>(
      `SELECT r.seq, r.id, r.size, b.body, k.id AS basis, k.content FROM series n
         LEFT JOIN raw r ON r.id = ? LEFT JOIN raw_body b ON b.seq = r.seq
         LEFT JOIN value v ON v.series = n.id AND v.at = ?
         LEFT JOIN source o ON o.id = v.source LEFT JOIN basis k ON k.id = o.basis
       WHERE n.name = ?`,
      [source.raw, source.at, source.series],
    );
    if (behind !== undefined && behind.seq !== null) records.set(behind.seq, { ...behind, seq: behind.seq });
    if (behind?.basis != null && behind.content !== null) bases.set(behind.basis, sha256(behind.content));
  }
  const bodies = await bodiesOf(sql, [...records.values()]);
  const raw = new Map(
    [...records.values()].map(({ seq, id: record }) => [record, sha256(bodies.get(seq) as Uint8Array)]),
  );
  return {
    report: sha256(canonicalJson(JSON.parse(row.report))),
    sources: sources.map(({ series, at, raw: record }) => ({ series, at, raw: record, hash: raw.get(record) ?? null })),
    basis: Object.fromEntries(bases),
  };
});
